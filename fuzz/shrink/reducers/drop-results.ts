/** Turns a function into one that returns nothing and leaves out the instruction that made the result. */
import type { Func, Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { FuncType } from '#wasm/syntax/types.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule } from '../sites.ts';

/** The module in which the function has this type, which is added, and this body. */
function retyped(module: Module, position: number, composite: FuncType, body: Func['body']): Module {
  const typeIndex = typesOf(module).length;
  return {
    ...module,
    recGroups: [...module.recGroups, [{ final: true, supertypes: [], composite }]],
    functions: module.functions.map((func, i) => (i === position ? { ...func, typeIndex, body } : func)),
  };
}

export const dropResults: Reducer = {
  name: 'drop-results',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      for (let position = 0; position < current().functions.length; position++) {
        const module = current();
        const { typeIndex, body } = module.functions[position]!;
        const { composite } = typesOf(module)[typeIndex]!;
        if (composite.kind !== 'func' || composite.results.length === 0) continue;
        attempt(retyped(module, position, { ...composite, results: [] }, body.slice(0, -1)));
      }
    }),
};
