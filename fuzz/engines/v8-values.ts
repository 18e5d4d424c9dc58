/**
 * Values between JavaScript and V8's Wasm (WebAssembly JavaScript Interface: ToWebAssemblyValue, ToJSValue).
 *
 * i31 and numbers both cross as JavaScript numbers, so a value is kept with its kind. What reference types a
 * value belongs to is left to V8, which throws a TypeError where it does not.
 */
import type { FuncType, ValType as ValTypeCode } from '#wasm/syntax/types.ts';
import { HeapType, ValType, heapTypeOf, isConcrete, isRefType } from '#wasm/syntax/types.ts';
import type { TypeRegistry } from '#wasm/valid/type-registry.ts';
import type { ObservedValue } from './observation.ts';
import { canonicalF32, canonicalF64 } from './observe.ts';

/** A host object, known by its number. */
export class HostObject {
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
}

/** A value as JavaScript has it. */
export interface JsValue {
  readonly kind: 'i32' | 'i64' | 'f32' | 'f64' | 'ref';
  readonly js: unknown;
}

export const JS_NULL: JsValue = { kind: 'ref', js: null };

const bytes = new DataView(new ArrayBuffer(8));

function f32Bits(number: number): number {
  bytes.setFloat32(0, number);
  return canonicalF32(bytes.getUint32(0));
}
function f64Bits(number: number): bigint {
  bytes.setFloat64(0, number);
  return canonicalF64(bytes.getBigUint64(0));
}
export function numberFromF32(bits: number): number {
  bytes.setUint32(0, bits);
  return bytes.getFloat32(0);
}
export function numberFromF64(bits: bigint): number {
  bytes.setBigUint64(0, BigInt.asUintN(64, bits));
  return bytes.getFloat64(0);
}

function kindOf(type: ValTypeCode): JsValue['kind'] {
  if (type === ValType.i32) return 'i32';
  if (type === ValType.i64) return 'i64';
  if (type === ValType.f32) return 'f32';
  return type === ValType.f64 ? 'f64' : 'ref';
}

/** Why values of a type cannot cross to JavaScript; undefined when they can. */
export function barredType(type: ValTypeCode): string | undefined {
  if (type === ValType.v128) return 'v128 cannot cross to JavaScript';
  if (!isRefType(type)) return undefined;
  const heapType = heapTypeOf(type);
  return heapType === HeapType.exn || heapType === HeapType.noexn ? 'exnref cannot cross to JavaScript' : undefined;
}
export function barredSignature({ params, results }: FuncType): string | undefined {
  for (const type of [...params, ...results]) {
    const reason = barredType(type);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/**
 * Whether a value is of the right sort. JavaScript's conversions are generous: an object becomes the number 0,
 * a function becomes an anyref.
 * @param type with canonical heap types
 */
export function isSort({ kind, js }: JsValue, type: ValTypeCode, registry: TypeRegistry): boolean {
  if (kind !== kindOf(type)) return false;
  return kind !== 'ref' || js === null || (typeof js === 'function') === isFunctionType(type, registry);
}
function isFunctionType(type: ValTypeCode, registry: TypeRegistry): boolean {
  const heapType = heapTypeOf(type);
  if (isConcrete(heapType)) return registry.composite(heapType).kind === 'func';
  return heapType === HeapType.func || heapType === HeapType.nofunc;
}

/** Results of a call, as JavaScript gives them: nothing, a value or an array. */
export function resultsOf(returned: unknown, { results }: FuncType): readonly JsValue[] {
  if (results.length === 0) return [];
  const values = results.length === 1 ? [returned] : (returned as readonly unknown[]);
  return results.map((type, i) => ({ kind: kindOf(type), js: values[i] }));
}

export function observeJs({ kind, js }: JsValue): ObservedValue {
  switch (kind) {
    case 'i32':
      return { kind: 'i32', value: js as number };
    case 'i64':
      return { kind: 'i64', value: js as bigint };
    case 'f32':
      return { kind: 'f32', bits: f32Bits(js as number) };
    case 'f64':
      return { kind: 'f64', bits: f64Bits(js as number) };
    case 'ref':
      return observeReference(js);
  }
}
function observeReference(js: unknown): ObservedValue {
  if (js === null) return { kind: 'null' };
  if (typeof js === 'number') return { kind: 'i31', value: js };
  if (typeof js === 'function') return { kind: 'func' };
  return js instanceof HostObject ? { kind: 'host', number: js.number } : { kind: 'object', node: undefined };
}
