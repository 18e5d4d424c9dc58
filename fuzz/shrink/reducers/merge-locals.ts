/** Puts one local in the place of another of the same type. */
import { mapExpr } from '#wasm/syntax/map-indices.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule } from '../sites.ts';
import { funcType, without } from '../types.ts';

/** @param local that goes, a declared one */
function withLocalReplaced(module: Module, position: number, params: number, local: number, other: number): Module {
  const renumber = (index: number): number => (index > local ? index - 1 : index);
  const functions = module.functions.map((func, i) =>
    i !== position
      ? func
      : {
          ...func,
          locals: without(func.locals, local - params),
          body: mapExpr(func.body, { local: (index) => renumber(index === local ? other : index) }),
        },
  );
  return { ...module, functions };
}

export const mergeLocals: Reducer = {
  name: 'merge-locals',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      for (let position = 0; position < current().functions.length; position++) {
        const { params } = funcType(current(), current().functions[position]!.typeIndex)!;
        const typesNow = () => [...params, ...current().functions[position]!.locals];
        for (let local = typesNow().length - 1; local >= params.length; local--) {
          const types = typesNow();
          const others = types.flatMap((type, other) => (other < local && type === types[local] ? [other] : []));
          others.some((other) => attempt(() => withLocalReplaced(current(), position, params.length, local, other)));
        }
      }
    }),
};
