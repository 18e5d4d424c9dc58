/**
 * References as 32-bit words (docs/collector.md, "References").
 *
 * 0 is null; an odd word is an i31 with its value in the upper 31 bits; anything else is the byte offset of
 * an object in the GC heap. The same word serves the any, extern and exn hierarchies. Words are kept as
 * signed 32-bit integers, as `Int32Array` yields them.
 */
export const NULL = 0;

export function isObject(ref: number): boolean {
  return ref !== 0 && (ref & 1) === 0;
}
export function isI31(ref: number): boolean {
  return (ref & 1) === 1;
}
export function i31FromNumber(value: number): number {
  return (value << 1) | 1;
}
