/**
 * Floating-point literals (spec: Text Format / Values / Floating-Point).
 *
 * Both directions are exact: text is rounded once, to nearest and ties to even, from its exact rational value; bit
 * patterns are printed as hexadecimal floats, NaNs with their payload.
 */

export interface FloatFormat {
  /** Bits of the fraction. */
  readonly fraction: number;
  /** Bits of the exponent. */
  readonly exponent: number;
}
export const F32: FloatFormat = { fraction: 23, exponent: 8 };
export const F64: FloatFormat = { fraction: 52, exponent: 11 };

const DECIMAL = /^(\d(?:_?\d)*)(?:\.(\d(?:_?\d)*)?)?(?:[eE]([+-]?\d(?:_?\d)*))?$/;
const HEX = /^0x([\da-fA-F](?:_?[\da-fA-F])*)(?:\.([\da-fA-F](?:_?[\da-fA-F])*)?)?(?:[pP]([+-]?\d(?:_?\d)*))?$/;
const NAN_PAYLOAD = /^nan:0x([\da-fA-F](?:_?[\da-fA-F])*)$/;
/** No literal that matters is longer; exact arithmetic on longer ones would be slow. */
const MAX_LITERAL_LENGTH = 4096;
/** Orders of magnitude, in decimal digits and in bits, outside which every value rounds to zero or overflows. */
const DECIMAL_ORDERS = { least: -400, most: 400 };
const BINARY_ORDERS = { least: -1200, most: 1200 };

/** Unsigned bit pattern of a literal, or undefined when it is malformed or out of range. */
export function parseFloatBits(text: string, format: FloatFormat): bigint | undefined {
  if (text.length > MAX_LITERAL_LENGTH) return undefined;
  const sign = text[0] === '-' ? 1n << BigInt(format.fraction + format.exponent) : 0n;
  const magnitude = parseMagnitude(text.replace(/^[+-]/, ''), format);
  return magnitude === undefined ? undefined : sign | magnitude;
}

function parseMagnitude(text: string, format: FloatFormat): bigint | undefined {
  const infinity = infinityBits(format);
  if (text === 'inf') return infinity;
  if (text === 'nan') return infinity | (1n << BigInt(format.fraction - 1));
  const nan = NAN_PAYLOAD.exec(text);
  if (nan !== null) {
    const payload = BigInt(`0x${digits(nan[1])}`);
    return payload > 0n && payload < 1n << BigInt(format.fraction) ? infinity | payload : undefined;
  }
  const rational = parseRational(text);
  if (rational === undefined) return undefined;
  const bits = round(rational, format);
  return bits < infinity ? bits : undefined;
}

function infinityBits(format: FloatFormat): bigint {
  return ((1n << BigInt(format.exponent)) - 1n) << BigInt(format.fraction);
}

function digits(text: string | undefined): string {
  return (text ?? '').replaceAll('_', '');
}

interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const ZERO: Rational = { numerator: 0n, denominator: 1n };

/** The exact value of a literal; undefined when it is malformed or out of range of every format. */
function parseRational(text: string): Rational | undefined {
  const hex = HEX.exec(text);
  const match = hex ?? DECIMAL.exec(text);
  if (match === null) return undefined;
  const fraction = digits(match[2]);
  const significant = (digits(match[1]) + fraction).replace(/^0+/, '');
  if (significant === '') return ZERO;
  const digitSize = hex ? 4 : 1;
  const exponent = Number(digits(match[3]) || '0') - fraction.length * digitSize;
  // Exact arithmetic on exponents that no float has would be slow.
  const order = significant.length * digitSize + exponent;
  const orders = hex ? BINARY_ORDERS : DECIMAL_ORDERS;
  if (order < orders.least) return ZERO;
  if (order > orders.most) return undefined;
  const mantissa = BigInt((hex ? '0x' : '') + significant);
  const power = (hex ? 2n : 10n) ** BigInt(Math.abs(exponent));
  return exponent < 0
    ? { numerator: mantissa, denominator: power }
    : { numerator: mantissa * power, denominator: 1n };
}

function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return hex.length * 4 - (Math.clz32(parseInt(hex[0]!, 16)) - 28);
}

/** Whether `numerator / denominator` is at least 2 to the exponent. */
function isAtLeastPower({ numerator, denominator }: Rational, exponent: number): boolean {
  return exponent >= 0
    ? numerator >= denominator << BigInt(exponent)
    : numerator << BigInt(-exponent) >= denominator;
}

/** The magnitude's bit pattern; infinity or more when it is out of range. */
function round(value: Rational, format: FloatFormat): bigint {
  const { numerator, denominator } = value;
  if (numerator === 0n) return 0n;
  const bias = 2 ** (format.exponent - 1) - 1;
  let exponent = bitLength(numerator) - bitLength(denominator);
  if (!isAtLeastPower(value, exponent)) exponent--;
  exponent = Math.max(exponent, 1 - bias);
  const scale = format.fraction - exponent;
  const scaledNumerator = scale >= 0 ? numerator << BigInt(scale) : numerator;
  const scaledDenominator = scale >= 0 ? denominator : denominator << BigInt(-scale);
  let significand = scaledNumerator / scaledDenominator;
  const twiceRest = (scaledNumerator % scaledDenominator) * 2n;
  if (twiceRest > scaledDenominator || (twiceRest === scaledDenominator && (significand & 1n) === 1n)) significand++;
  // The significand of a normal number carries its implicit bit, which adds the last one to the exponent field.
  return (BigInt(exponent + bias - 1) << BigInt(format.fraction)) + significand;
}

/** The literal of a bit pattern: `-0x1.8p+1`, `inf`, `nan:0x400000`. */
export function formatFloatBits(bits: bigint, format: FloatFormat): string {
  const fractionMask = (1n << BigInt(format.fraction)) - 1n;
  const fraction = bits & fractionMask;
  const field = Number((bits >> BigInt(format.fraction)) & ((1n << BigInt(format.exponent)) - 1n));
  const sign = bits >> BigInt(format.fraction + format.exponent) === 1n ? '-' : '';
  if (field === 2 ** format.exponent - 1) {
    return sign + (fraction === 0n ? 'inf' : `nan:0x${fraction.toString(16)}`);
  }
  const bias = 2 ** (format.exponent - 1) - 1;
  const exponent = field === 0 ? (fraction === 0n ? 0 : 1 - bias) : field - bias;
  return `${sign}0x${field === 0 ? 0 : 1}${formatFraction(fraction, format)}p${exponent < 0 ? '' : '+'}${exponent}`;
}

/** `.8`: hexadecimal digits after the point, the last of which covers the lowest bits. */
function formatFraction(fraction: bigint, format: FloatFormat): string {
  const places = Math.ceil(format.fraction / 4);
  const aligned = fraction << BigInt(places * 4 - format.fraction);
  const text = aligned.toString(16).padStart(places, '0').replace(/0+$/, '');
  return text === '' ? '' : `.${text}`;
}
