/** Repair of the type section: the validator says which type is wrong, and that one is made more modest. */
import { mapShared } from '#util/map-shared.ts';
import { ValidationError } from '#wasm/errors.ts';
import { mapSubType } from '#wasm/syntax/map-indices.ts';
import type { RecGroup, SubType } from '#wasm/syntax/types.ts';
import { checkSubtypes, checkTypeReferences } from '#wasm/valid/type-section.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';

/** Index of the first type that is not valid, or undefined. */
function wrongType(groups: readonly RecGroup[]): number | undefined {
  try {
    checkTypeReferences(groups);
    const registry = new TypeRegistry();
    checkSubtypes(registry.define(groups), registry);
    return undefined;
  } catch (error) {
    if (error instanceof ValidationError) return error.place.index!;
    throw error;
  }
}

function refersBeyond(type: SubType, end: number): boolean {
  let beyond = false;
  mapSubType(type, { type: (index) => ((beyond ||= index >= end), index) });
  return beyond;
}

/** @param end one past the last type of its group */
function moreModest(type: SubType, end: number): SubType {
  const { supertypes, ...rest } = type;
  if (refersBeyond({ ...rest, supertypes: [] }, end)) {
    return { ...mapSubType({ ...rest, supertypes: [] }, { type: (index) => index % end }), supertypes };
  }
  return { ...rest, supertypes: [] };
}

/** @returns valid groups; the same number of types in the same places */
export function repairTypes(groups: readonly RecGroup[]): readonly RecGroup[] {
  let repaired = groups;
  for (let wrong = wrongType(repaired); wrong !== undefined; wrong = wrongType(repaired)) {
    const index = wrong;
    let start = 0;
    repaired = mapShared(repaired, (group) => {
      const end = start + group.length;
      const changed = mapShared(group, (type, i) => (start + i === index ? moreModest(type, end) : type));
      start = end;
      return changed;
    });
  }
  return repaired;
}
