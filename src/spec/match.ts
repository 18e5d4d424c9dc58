/** Whether a result is what a script expects. */
import type { Value } from '#runtime/value.ts';
import { LANE_BITS, type BitPattern, type Expected, type LaneType, type NanPattern, type RefKind } from './literal.ts';

/** What only a store can tell about its objects. */
export interface ObjectView {
  readonly kind: 'struct' | 'array' | 'exn' | 'host';
  /** Number of the host value; undefined unless `kind` is `host`. */
  readonly hostId: number | undefined;
}
export type ObserveObject = (value: Extract<Value, { kind: 'object' }>) => ObjectView;

/** Layout of a float type: its exponent bits, and the top bit of its payload. */
const FLOATS = {
  f32: { exponent: 0x7f80_0000n, quiet: 0x0040_0000n, payload: 0x007f_ffffn },
  f64: { exponent: 0x7ff0_0000_0000_0000n, quiet: 0x0008_0000_0000_0000n, payload: 0x000f_ffff_ffff_ffffn },
} as const;

/** Of either sign: canonical NaNs have only the top bit of the payload set, arithmetic ones at least that. */
function isNan(bits: bigint, type: 'f32' | 'f64', pattern: NanPattern): boolean {
  const { exponent, quiet, payload } = FLOATS[type];
  if ((bits & exponent) !== exponent) return false;
  return pattern === 'nan:canonical' ? (bits & payload) === quiet : (bits & quiet) !== 0n;
}

function bitsMatch(bits: bigint, type: LaneType, expected: BitPattern): boolean {
  return typeof expected === 'bigint' ? bits === expected : isNan(bits, type as 'f32' | 'f64', expected);
}

/** Unsigned bits of a number; undefined for vectors and references. */
export function numberBits(value: Value): bigint | undefined {
  switch (value.kind) {
    case 'i32':
      return BigInt.asUintN(32, BigInt(value.value));
    case 'i64':
      return BigInt.asUintN(64, value.value);
    case 'f32':
      return BigInt.asUintN(32, BigInt(value.bits));
    case 'f64':
      return BigInt.asUintN(64, value.bits);
    default:
      return undefined;
  }
}

function vectorMatches(bits: bigint, { type, lanes }: Extract<Expected, { kind: 'vector' }>): boolean {
  const width = LANE_BITS[type];
  return lanes.every((lane, i) => bitsMatch(BigInt.asUintN(width, bits >> BigInt(i * width)), type, lane));
}

/** Kinds of objects that are references of a type; `extern` and `any` convert into each other. */
const OBJECTS: Readonly<Record<RefKind, readonly ObjectView['kind'][]>> = {
  func: [],
  extern: ['struct', 'array', 'host'],
  any: ['struct', 'array', 'host'],
  eq: ['struct', 'array'],
  i31: [],
  struct: ['struct'],
  array: ['array'],
  exn: ['exn'],
};
const HOLDS_I31: ReadonlySet<RefKind> = new Set<RefKind>(['extern', 'any', 'eq', 'i31']);

function isReferenceTo(value: Value, to: RefKind, observe: ObserveObject): boolean {
  if (value.kind === 'func') return to === 'func';
  if (value.kind === 'i31') return HOLDS_I31.has(to);
  return value.kind === 'object' && OBJECTS[to].includes(observe(value).kind);
}

function matchesPlain(value: Value, expected: Exclude<Expected, { kind: 'either' }>, observe: ObserveObject): boolean {
  switch (expected.kind) {
    case 'number':
      return value.kind === expected.type && bitsMatch(numberBits(value)!, expected.type, expected.bits);
    case 'vector':
      return value.kind === 'v128' && vectorMatches(value.bits, expected);
    case 'null':
      return value.kind === 'null';
    case 'host':
      return value.kind === 'object' && observe(value).hostId === expected.id;
    case 'reference':
      return isReferenceTo(value, expected.to, observe);
  }
}

export function matches(value: Value, expected: Expected, observe: ObserveObject): boolean {
  if (expected.kind !== 'either') return matchesPlain(value, expected, observe);
  return expected.choices.some((choice) => choice.kind !== 'either' && matchesPlain(value, choice, observe));
}

/** Whether results are as many as expected and match one by one. */
export function allMatch(values: readonly Value[], expected: readonly Expected[], observe: ObserveObject): boolean {
  return values.length === expected.length && values.every((value, i) => matches(value, expected[i]!, observe));
}

/** A value without anything that differs between runs, so that equal runs print alike. */
export function describeValue(value: Value, observe: ObserveObject): string {
  switch (value.kind) {
    case 'i32':
    case 'i64':
      return `${value.kind} ${value.value}`;
    case 'f32':
    case 'f64':
      return `${value.kind} 0x${numberBits(value)!.toString(16)}`;
    case 'v128':
      return `v128 0x${value.bits.toString(16).padStart(32, '0')}`;
    case 'null':
      return 'null';
    case 'i31':
      return `i31 ${value.value}`;
    case 'func':
      return `function ${value.address}`;
    case 'object': {
      const { kind, hostId } = observe(value);
      return hostId === undefined ? `a reference to ${kind}` : `host value ${hostId}`;
    }
  }
}
