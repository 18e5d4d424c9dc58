/** Values of a store as observations show them. */
import { ObjectKind } from '#runtime/heap/gc-heap.ts';
import type { Store } from '#runtime/store.ts';
import type { Value } from '#runtime/value.ts';
import type { ObservedValue } from './observation.ts';

const CANONICAL_F32 = 0x7fc0_0000;
const CANONICAL_F64 = 0x7ff8_0000_0000_0000n;

/** Any NaN is the canonical one, for engines may choose among them. */
export function canonicalF32(bits: number): number {
  return (bits & 0x7fff_ffff) > 0x7f80_0000 ? CANONICAL_F32 : bits;
}
export function canonicalF64(bits: bigint): bigint {
  return (bits & 0x7fff_ffff_ffff_ffffn) > 0x7ff0_0000_0000_0000n ? CANONICAL_F64 : bits;
}

/** @param nodeOf numbers of objects in the heap graph; none are known before the end of a run */
export function observeValue(store: Store, value: Value, nodeOf?: (ref: number) => number): ObservedValue {
  switch (value.kind) {
    case 'f32':
      return { kind: 'f32', bits: canonicalF32(value.bits) };
    case 'f64':
      return { kind: 'f64', bits: canonicalF64(value.bits) };
    case 'func':
      return { kind: 'func' };
    case 'object': {
      const ref = store.roots.refOf(value.root);
      if (store.heap.kindOf(ref) === ObjectKind.extern) return { kind: 'host', number: store.boundary.hostValueOf(value) as number };
      return { kind: 'object', node: nodeOf?.(ref) };
    }
    default:
      return value;
  }
}

/** `i32:5`, `null`, `object 3`: one line for people. Floats as numbers, with the bits of what is none. */
export function describeValue(value: ObservedValue): string {
  switch (value.kind) {
    case 'i32':
    case 'i31':
    case 'i64':
      return `${value.kind}:${value.value}`;
    case 'f32':
      return `f32:${describeFloat(f32FromBits(value.bits), value.bits.toString(16))}`;
    case 'f64':
      return `f64:${describeFloat(f64FromBits(value.bits), value.bits.toString(16))}`;
    case 'v128':
      return `v128:0x${value.bits.toString(16)}`;
    case 'host':
      return `host:${value.number}`;
    case 'object':
      return value.node === undefined ? 'object' : `object:${value.node}`;
    case 'null':
    case 'func':
      return value.kind;
  }
}
function describeFloat(number: number, bits: string): string {
  if (Number.isNaN(number)) return `nan:0x${bits}`;
  return Object.is(number, -0) ? '-0' : String(number);
}
function f32FromBits(bits: number): number {
  return new Float32Array(Uint32Array.of(bits).buffer)[0]!;
}
function f64FromBits(bits: bigint): number {
  return new Float64Array(BigUint64Array.of(BigInt.asUintN(64, bits)).buffer)[0]!;
}
