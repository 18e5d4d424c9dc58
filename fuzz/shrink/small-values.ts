/** The smallest values of a type. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { ValType as ValueType } from '#wasm/syntax/types.ts';
import { HeapType, ValType, heapTypeOf, isConcrete, isRefType } from '#wasm/syntax/types.ts';

/** Below the types that a value may have on the validator's stack; below defined types two of them, for these may be functions. */
function bottomsOf(heapType: HeapType): readonly HeapType[] {
  if (isConcrete(heapType)) return [HeapType.none, HeapType.nofunc];
  switch (heapType) {
    case HeapType.func:
    case HeapType.nofunc:
      return [HeapType.nofunc];
    case HeapType.extern:
    case HeapType.noextern:
      return [HeapType.noextern];
    case HeapType.exn:
    case HeapType.noexn:
      return [HeapType.noexn];
    default:
      return [HeapType.none];
  }
}
const I31: Expr = [
  { op: Op['i32.const'], value: 0 },
  { op: Op['ref.i31'] },
];

/** Small values of whatever type, the smallest first. The gate knows which of them fit. */
export function smallValues(type: ValueType | undefined, module: Module): readonly Expr[] {
  switch (type) {
    case undefined:
      return [];
    case ValType.i32:
      return [[{ op: Op['i32.const'], value: 0 }]];
    case ValType.i64:
      return [[{ op: Op['i64.const'], value: 0n }]];
    case ValType.f32:
      return [[{ op: Op['f32.const'], bits: 0 }]];
    case ValType.f64:
      return [[{ op: Op['f64.const'], bits: 0n }]];
    case ValType.v128:
      return [[{ op: Op['v128.const'], bits: 0n }]];
  }
  if (!isRefType(type)) return [];
  // Whoever takes a value that cannot be null may take null all the same.
  const nulls = bottomsOf(heapTypeOf(type)).map((heapType): Expr => [{ op: Op['ref.null'], heapType }]);
  return [...nulls, ...smallObjects(type, module), I31];
}

/** New objects that take no operands, one of each type. */
export function smallObjectsOf(module: Module): readonly Instruction[] {
  return typesOf(module).flatMap(({ composite }, type): readonly Instruction[] => {
    if (composite.kind === 'struct') return [{ op: Op['struct.new_default'], type }];
    return composite.kind === 'array' ? [{ op: Op['array.new_fixed'], type, length: 0 }] : [];
  });
}

/** The type on the stack has a canonical number, which is none of the module's: all its types are worth trying. */
function smallObjects(type: ValueType, module: Module): readonly Expr[] {
  const heapType = heapTypeOf(type);
  const mayBeObject = isConcrete(heapType) || heapType === HeapType.any || heapType === HeapType.eq;
  return mayBeObject ? smallObjectsOf(module).map((object) => [object]) : [];
}
