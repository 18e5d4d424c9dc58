/** Leaves out casts to a type where the variables that hold what is cast can be of that type. */
import { Op } from '#wasm/syntax/instructions.ts';
import type { Expr } from '#wasm/syntax/instructions.ts';
import { mapTypes } from '#wasm/syntax/map-types.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { HeapType, ValType } from '#wasm/syntax/types.ts';
import { HeapType as Heap, heapTypeOf, isConcrete, isNullable, isRefType, refType } from '#wasm/syntax/types.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule, sitesOf, withExpr } from '../sites.ts';

const LOOSE: ReadonlySet<HeapType> = new Set([Heap.any, Heap.eq, Heap.struct, Heap.array]);

function castTypes(module: Module): readonly HeapType[] {
  const casts = sitesOf(module).flatMap(({ expr }) =>
    expr.flatMap((instruction) => (instruction.op === Op['ref.cast'] || instruction.op === Op['ref.cast null'] ? [instruction.heapType] : [])),
  );
  return [...new Set(casts)].filter(isConcrete);
}

/** @param everywhere in fields and elements, too */
function withoutCasts(module: Module, heapType: HeapType, everywhere: boolean): Module {
  const uncast = (expr: Expr): Expr =>
    expr.filter(
      (instruction) => !((instruction.op === Op['ref.cast'] || instruction.op === Op['ref.cast null']) && instruction.heapType === heapType),
    );
  const changed = sitesOf(module).reduce((before, { place, expr }) => withExpr(before, place, uncast(expr)), module);
  const typed = mapTypes(changed, (type) =>
    isRefType(type) && LOOSE.has(heapTypeOf(type as ValType)) ? refType(heapType, isNullable(type as ValType)) : type,
  );
  if (everywhere) return typed;
  const recGroups = typed.recGroups.map((group, i) => group.map((type, j) => (type.composite.kind === 'func' ? type : changed.recGroups[i]![j]!)));
  return { ...typed, recGroups };
}

export const dropCasts: Reducer = {
  name: 'drop-casts',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      for (const heapType of castTypes(current())) {
        if (!castTypes(current()).includes(heapType)) continue;
        [false, true].some((everywhere) => attempt(() => withoutCasts(current(), heapType, everywhere)));
      }
    }),
};
