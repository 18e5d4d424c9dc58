/** Makes type definitions plainer: equal types become one, open types final, supertypes go or give way to their own. */
import { mapModule } from '#wasm/syntax/map-indices.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule } from '../sites.ts';
import { withType } from '../types.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';

function cleaned(module: Module): Module {
  return withoutUnused(module, definitionsOf(module));
}

/** Every mention of a type becomes one of the first type that is the same. */
function withEqualTypesMerged(module: Module): Module {
  const ids = new TypeRegistry().define(module.recGroups);
  const merged = mapModule(module, { type: (index) => ids.indexOf(ids[index]!) });
  // Definitions keep their own references, or groups of several types would change their identity.
  return cleaned({ ...merged, recGroups: module.recGroups });
}

/** What could stand where the type's supertypes are, the fewest first. */
export function fewerSupertypes(module: Module, at: number): readonly (readonly number[])[] {
  const types = typesOf(module);
  const [above] = types[at]!.supertypes;
  if (above === undefined) return [];
  const grand = types[above]!.supertypes;
  return grand.length === 0 ? [[]] : [[], grand];
}

export const simplifyTypes: Reducer = {
  name: 'simplify-types',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      attempt(withEqualTypesMerged(current()));
      // From the end: types may go, and take those before with them that only they mention.
      for (let at = typesOf(current()).length - 1; at >= 0; at--) {
        const isThere = (): boolean => at < typesOf(current()).length;
        if (isThere()) attempt(withType(current(), at, (type) => ({ ...type, final: true })));
        if (!isThere()) continue;
        fewerSupertypes(current(), at).some((supertypes) => attempt(cleaned(withType(current(), at, (type) => ({ ...type, supertypes })))));
      }
    }),
};
