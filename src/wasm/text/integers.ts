/** Integer literals (spec: Text Format / Values / Integers). */

const UNSIGNED = /^(?:0x[\da-fA-F](?:_?[\da-fA-F])*|\d(?:_?\d)*)$/;
/** Longer literals are out of range, or padded with more zeros than anything needs. */
const MAX_LITERAL_LENGTH = 1024;

/** The value of an unsigned literal, or undefined when it is malformed. */
export function parseUnsigned(text: string): bigint | undefined {
  if (text.length > MAX_LITERAL_LENGTH || !UNSIGNED.test(text)) return undefined;
  return BigInt(text.replaceAll('_', ''));
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
