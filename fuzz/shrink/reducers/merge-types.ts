/** Puts one type in the place of another of its kind: a supertype first, or else any other. */
import { mapModule } from '#wasm/syntax/map-indices.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule } from '../sites.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';

/** Of each kind, so many types are tried in the place of another. */
const MAX_OTHERS = 16;

function withTypeReplaced(module: Module, at: number, other: number): Module {
  const mapped = mapModule(module, { type: (index) => (index === at ? other : index) });
  return withoutUnused(mapped, definitionsOf(mapped));
}

/** What may stand in a type's place. */
function othersFor(module: Module, at: number): readonly number[] {
  const types = typesOf(module);
  const { supertypes, composite } = types[at]!;
  const sameKind = types.flatMap((type, index) => (index !== at && type.composite.kind === composite.kind ? [index] : []));
  return [...new Set([...supertypes, ...sameKind.slice(0, MAX_OTHERS)])];
}

export const mergeTypes: Reducer = {
  name: 'merge-types',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      for (let at = typesOf(current()).length - 1; at >= 0; at--) {
        if (at >= typesOf(current()).length) continue;
        othersFor(current(), at).some((other) => attempt(() => withTypeReplaced(current(), at, other)));
      }
    }),
};
