/** The types and places of modules that are about the stack: few, so that what is held is of the same types everywhere. */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { SubType, ValType as Value } from '#wasm/syntax/types.ts';
import { PackedType, ValType, heapTypeOf } from '#wasm/syntax/types.ts';
import type { ModuleBuilder } from '../build/module-builder.ts';
import { refOrNull, refTo } from '../build/type-table.ts';
import type { Random, Weighted } from '../random.ts';

const { i32, i64, f64, v128, anyref, eqref, externref, exnref, funcref } = ValType;

export interface Nodes {
  /** Type index of `(struct (mut i32) (mut eqref))`, open. */
  readonly node: number;
  /** A subtype of `node` with more fields. */
  readonly wide: number;
  /** `(array (mut (ref null node)))` */
  readonly list: number;
}

function nullOf(type: Value): Instruction {
  return { op: Op['ref.null'], heapType: heapTypeOf(type) };
}

/** Adds the types, an array type of bytes with a data segment, a segment of nodes, and globals that may own what is held. */
export function defineNodes(module: ModuleBuilder, random: Random): Nodes {
  const field = (storage: Value) => ({ storage, mutable: true });
  const define = (type: SubType): number => module.types.define([type]);
  const fields = [field(i32), field(eqref)];
  const node = define({ final: false, supertypes: [], composite: { kind: 'struct', fields } });
  const wide = define({ final: true, supertypes: [node], composite: { kind: 'struct', fields: [...fields, field(i64), field(anyref)] } });
  const list = define({ final: true, supertypes: [], composite: { kind: 'array', element: field(refOrNull(node)) } });
  define({ final: true, supertypes: [], composite: { kind: 'array', element: { storage: PackedType.i8, mutable: true } } });
  module.addData(Uint8Array.of(7, 42, 9, 1, 0, 255), { kind: 'passive' });
  const item = (): readonly Instruction[] => [
    { op: Op['i32.const'], value: random.int(0, 99) },
    nullOf(eqref),
    { op: Op['struct.new'], type: node },
  ];
  module.addElement(refOrNull(node), [item(), item(), [nullOf(refOrNull(node))]], { kind: 'passive' });
  for (const type of [refOrNull(node), anyref, externref]) module.addGlobal(type, true, [nullOf(type)]);
  return { node, wide, list };
}

/** What is held: objects above all. */
export function heldNodes({ node, wide, list }: Nodes, random: Random): Weighted<Value> {
  return [
    [5, refTo(node)],
    [2, refTo(wide)],
    [2, refTo(list)],
    [3, refOrNull(node)],
    [random.int(0, 3), anyref],
    [1, eqref],
    [random.int(0, 3), externref],
    [random.int(0, 1), exnref],
    [random.int(0, 1), funcref],
    [random.int(0, 3), i32],
    [random.int(0, 1), i64],
    [random.int(0, 1), f64],
    [random.int(0, 2), v128],
  ];
}
