/** Integer literals (spec: Text Format / Values / Integers). */

const UNSIGNED = /^(?:0x[\da-fA-F](?:_?[\da-fA-F])*|\d(?:_?\d)*)$/;
/** Longer literals are out of range, or padded with more zeros than anything needs. */
const MAX_LITERAL_LENGTH = 1024;

/** The value of an unsigned literal, or undefined when it is malformed. */
export function parseUnsigned(text: string): bigint | undefined {
  if (text.length > MAX_LITERAL_LENGTH || !UNSIGNED.test(text)) return undefined;
  return BigInt(text.replaceAll('_', ''));
}

/** So many digits fit into 31 bits. */
const SHORT_DIGITS = 9;

/** The value of a literal of a few decimal digits, which nearly all are; undefined for all others, well-formed or not. */
export function parseShortDecimal(text: string): number | undefined {
  if (text.length > SHORT_DIGITS || text.length === 0) return undefined;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = 10 * value + digit;
  }
  return value;
}

/**
 * An integer of that many bits in signed or unsigned notation, as a signed number; undefined when it is malformed or
 * out of range.
 */
export function parseInteger(text: string, bits: number): bigint | undefined {
  const signed = text[0] === '-' || text[0] === '+';
  const magnitude = parseUnsigned(signed ? text.slice(1) : text);
  if (magnitude === undefined) return undefined;
  const limit = 1n << BigInt(bits);
  if (text[0] === '-') return magnitude <= limit >> 1n ? -magnitude : undefined;
  return magnitude < limit ? BigInt.asIntN(bits, magnitude) : undefined;
}
