/** Makes tables and memories smaller, takes away how far they may grow, and lets tables begin with null. */
import type { Module, Table } from '#wasm/syntax/module.ts';
import type { Limits, MemoryType } from '#wasm/syntax/types.ts';
import { heapTypeOf, refType } from '#wasm/syntax/types.ts';
import type { Reducer } from '../gate.ts';
import { descend } from '../numbers.ts';
import { forEachModule } from '../sites.ts';

function shrinkOne(limits: Limits, attempt: (limits: Limits) => boolean): void {
  let kept = limits;
  const tryLimits = (smaller: Limits): boolean => {
    const passes = attempt(smaller);
    if (passes) kept = smaller;
    return passes;
  };
  if (limits.max !== undefined) tryLimits({ ...kept, max: undefined });
  descend(kept.min, (min) => tryLimits({ ...kept, min }));
  if (kept.max !== undefined) descend(kept.max, (max) => max >= kept.min && tryLimits({ ...kept, max }));
}

function withTable(module: Module, at: number, change: (table: Table) => Table): Module {
  return { ...module, tables: module.tables.map((table, i) => (i === at ? change(table) : table)) };
}
function beginningWithNull({ type }: Table): Table {
  return { type: { ...type, element: refType(heapTypeOf(type.element), true) }, init: undefined };
}

export const shrinkLimits: Reducer = {
  name: 'shrink-limits',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      current().tables.forEach(({ type, init }, at) => {
        if (init !== undefined) attempt(() => withTable(current(), at, beginningWithNull));
        const withLimits = (limits: Limits): Module => withTable(current(), at, (table) => ({ ...table, type: { ...table.type, limits } }));
        shrinkOne(type.limits, (limits) => attempt(() => withLimits(limits)));
      });
      current().memories.forEach(({ limits: old }, at) => {
        const withLimits = (limits: Limits): readonly MemoryType[] => current().memories.map((memory, i) => (i === at ? { limits } : memory));
        shrinkOne(old, (limits) => attempt(() => ({ ...current(), memories: withLimits(limits) })));
      });
    }),
};
