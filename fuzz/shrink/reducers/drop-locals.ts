/** Leaves out declared locals that no instruction mentions. */
import type { Func, Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import { mapExpr } from '#wasm/syntax/map-indices.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule } from '../sites.ts';

function withoutUnusedLocals(func: Func, params: number): Func {
  const used = new Set<number>();
  mapExpr(func.body, { local: (index) => (used.add(index), index) });
  const kept = func.locals.map((_, position) => params + position).filter((index) => used.has(index));
  const ranks = new Map(kept.map((index, rank) => [index, params + rank]));
  return {
    ...func,
    locals: kept.map((index) => func.locals[index - params]!),
    body: mapExpr(func.body, { local: (index) => ranks.get(index) ?? index }),
  };
}

function paramsOf(module: Module, typeIndex: number): number {
  const { composite } = typesOf(module)[typeIndex]!;
  return composite.kind === 'func' ? composite.params.length : 0;
}

export const dropLocals: Reducer = {
  name: 'drop-locals',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      const module = current();
      const functions = module.functions.map((func) => withoutUnusedLocals(func, paramsOf(module, func.typeIndex)));
      attempt({ ...module, functions });
    }),
};
