/**
 * Validity of the type definitions of a module (spec: Validation / Types / Recursive Types), in two passes:
 * references first, since types can be made canonical only once they are in range; then what subtypes
 * declare, which needs canonical types.
 */
import { ValidationError } from '../errors.ts';
import type { CompositeType, RecGroup, StorageType, SubType, ValType } from '../syntax/types.ts';
import { heapTypeOf, isRefType } from '../syntax/types.ts';
import { matchesComposite } from './match.ts';
import type { TypeRegistry } from './type-registry.ts';

/** Longest chain of supertypes above a type. V8 and Wasmtime have the same limit. */
export const MAX_SUBTYPE_DEPTH = 63;

/** Whether a type is a number or vector, an abstract reference, or one to a type index below `count`. */
export function isTypeInRange(type: StorageType, count: number): boolean {
  return !isRefType(type) || heapTypeOf(type as ValType) < count;
}

function forEachStorage(composite: CompositeType, visit: (type: StorageType) => void): void {
  switch (composite.kind) {
    case 'func':
      composite.params.forEach(visit);
      composite.results.forEach(visit);
      break;
    case 'struct':
      for (const field of composite.fields) visit(field.storage);
      break;
    case 'array':
      visit(composite.element.storage);
  }
}

function supertypeIndex(type: SubType, index: number): number | undefined {
  const place = { space: 'type', index };
  if (type.supertypes.length > 1) throw new ValidationError('a type has at most one supertype', place);
  const supertype = type.supertypes[0];
  if (supertype !== undefined && supertype >= index) {
    throw new ValidationError(`unknown type ${supertype}: a supertype comes before its subtypes`, place);
  }
  return supertype;
}

/**
 * Checks that types refer only to types before them or in their own group, and supertypes only backwards.
 * @throws ValidationError
 */
export function checkTypeReferences(groups: readonly RecGroup[]): void {
  const depths: number[] = [];
  for (const group of groups) {
    const end = depths.length + group.length;
    for (const type of group) {
      const index = depths.length;
      const supertype = supertypeIndex(type, index);
      const depth = supertype === undefined ? 0 : depths[supertype]! + 1;
      if (depth > MAX_SUBTYPE_DEPTH) {
        throw new ValidationError(`subtypes are nested deeper than ${MAX_SUBTYPE_DEPTH}`, { space: 'type', index });
      }
      forEachStorage(type.composite, (storage) => {
        if (isTypeInRange(storage, end)) return;
        throw new ValidationError(`unknown type ${heapTypeOf(storage as ValType)}`, { space: 'type', index });
      });
      depths.push(depth);
    }
  }
}

/**
 * Checks that each type with a supertype may extend it and matches it.
 * @param typeIds canonical ids by type index
 * @throws ValidationError
 */
export function checkSubtypes(typeIds: Int32Array, registry: TypeRegistry): void {
  for (let index = 0; index < typeIds.length; index++) {
    const id = typeIds[index]!;
    const supertype = registry.supertype(id);
    if (supertype === -1) continue;
    if (registry.isFinal(supertype)) throw new ValidationError('sub type of a final type', { space: 'type', index });
    if (!matchesComposite(registry, registry.composite(id), registry.composite(supertype))) {
      throw new ValidationError('sub type does not match its super type', { space: 'type', index });
    }
  }
}
