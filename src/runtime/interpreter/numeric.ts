/**
 * Numeric operations that JavaScript has no operator for (spec: Execution / Numerics). 64-bit operands in
 * word form are pairs, low word first.
 */
import { Trap } from '../outcome.ts';

export function ctz32(x: number): number {
  return x === 0 ? 32 : 31 - Math.clz32(x & -x);
}
export function popcnt32(x: number): number {
  let v = x - ((x >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/* The following replace the pair at `at` by the result. */

export function clz64(words: Int32Array, at: number): void {
  const high = words[at + 1]!;
  words[at] = high === 0 ? 32 + Math.clz32(words[at]!) : Math.clz32(high);
  words[at + 1] = 0;
}
export function ctz64(words: Int32Array, at: number): void {
  const low = words[at]!;
  words[at] = low === 0 ? 32 + ctz32(words[at + 1]!) : ctz32(low);
  words[at + 1] = 0;
}
export function popcnt64(words: Int32Array, at: number): void {
  words[at] = popcnt32(words[at]!) + popcnt32(words[at + 1]!);
  words[at + 1] = 0;
}

/** Rotates left by `count` modulo 64; a negative count rotates right. */
export function rotl64(value: bigint, count: bigint): bigint {
  const unsigned = BigInt.asUintN(64, value);
  const n = count & 63n;
  return BigInt.asIntN(64, (unsigned << n) | (unsigned >> (64n - n)));
}

/** Rounds to the nearest integer, ties to even. */
export function nearest(x: number): number {
  if (Math.abs(x) >= 4503599627370496 || x !== x) return x;
  const magic = x < 0 || Object.is(x, -0) ? -4503599627370496 : 4503599627370496;
  const rounded = x + magic - magic;
  return rounded === 0 ? (magic < 0 ? -0 : 0) : rounded;
}

/** The nearest f32, without rounding twice on the way. */
export function toF32(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  if (magnitude <= 0x20_0000_0000_0000n) return Math.fround(Number(value));
  // More than 53 bits: keep the lowest lost bits as one sticky bit, so that the only rounding is to f32.
  const sticky = (magnitude & 0x7ffn) === 0n ? 0n : 0x800n;
  const rounded = Math.fround(Number((magnitude & ~0x7ffn) | sticky));
  return value < 0n ? -rounded : rounded;
}

function checkedTrunc(x: number, low: number, high: number): number {
  if (x !== x) throw new Trap('invalidConversionToInteger');
  const integer = Math.trunc(x);
  if (integer < low || integer >= high) throw new Trap('integerOverflow');
  return integer;
}
function saturatingTrunc(x: number, low: number, high: number): number {
  if (x !== x) return 0;
  return Math.min(Math.max(Math.trunc(x), low), high);
}

const TWO_31 = 2147483648;
const TWO_32 = 4294967296;
const TWO_63 = 9223372036854775808;
const TWO_64 = 18446744073709551616;
const MAX_S64 = 0x7fff_ffff_ffff_ffffn;

export function truncTo32s(x: number): number {
  return checkedTrunc(x, -TWO_31, TWO_31);
}
export function truncTo32u(x: number): number {
  return checkedTrunc(x, 0, TWO_32);
}
export function truncTo64s(x: number): bigint {
  return BigInt(checkedTrunc(x, -TWO_63, TWO_63));
}
export function truncTo64u(x: number): bigint {
  return BigInt(checkedTrunc(x, 0, TWO_64));
}
export function saturateTo32s(x: number): number {
  return saturatingTrunc(x, -TWO_31, TWO_31 - 1);
}
export function saturateTo32u(x: number): number {
  return saturatingTrunc(x, 0, TWO_32 - 1);
}
export function saturateTo64s(x: number): bigint {
  const integer = saturatingTrunc(x, -TWO_63, TWO_63);
  return integer >= TWO_63 ? MAX_S64 : BigInt(integer);
}
export function saturateTo64u(x: number): bigint {
  const integer = saturatingTrunc(x, 0, TWO_64);
  return integer >= TWO_64 ? -1n : BigInt(integer);
}
