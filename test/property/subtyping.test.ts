/**
 * Subtyping over random modules: an order that is reflexive, transitive and, on canonical types, antisymmetric;
 * and canonical ids that do not depend on where a group stands.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecGroup, SubType } from '#wasm/syntax/types.ts';
import { HeapType, ValType, concrete, refType } from '#wasm/syntax/types.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';

/**
 * Groups of one to three types. Supertypes come earlier and are of the same kind; fields refer to the same
 * group or an earlier one, and do not match those of the supertype: the registry goes by declarations.
 */
const groupsArb: fc.Arbitrary<RecGroup[]> = fc
  .array(
    fc.array(fc.record({ pick: fc.nat(), above: fc.option(fc.nat()), final: fc.boolean() }), {
      minLength: 1,
      maxLength: 3,
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((groups) => {
    const kinds: SubType['composite']['kind'][] = [];
    return groups.map((group) => {
      const end = kinds.length + group.length;
      return group.map(({ pick, above, final }): SubType => {
        const composite = compositeOf(pick, pick % end);
        const sameKind = kinds.flatMap((kind, index) => (kind === composite.kind ? [index] : []));
        kinds.push(composite.kind);
        const supertypes = above === null || sameKind.length === 0 ? [] : [sameKind[above % sameKind.length]!];
        return { final, supertypes, composite };
      });
    });
  });
function compositeOf(pick: number, target: number): SubType['composite'] {
  const storage = refType(concrete(target), pick % 2 === 0);
  if (pick % 3 === 0) return { kind: 'func', params: [storage], results: [] };
  return pick % 3 === 1
    ? { kind: 'struct', fields: [{ storage, mutable: true }] }
    : { kind: 'array', element: { storage, mutable: false } };
}
/** Heap types by number, concrete ones included. */
const heapTypeArb = (size: number): fc.Arbitrary<HeapType> =>
  fc.oneof(fc.constantFrom(...Object.values(HeapType)), fc.nat(size - 1).map(concrete));

describe('subtyping', () => {
  it('is the reflexive and transitive closure of the declarations', () => {
    fc.assert(
      fc.property(groupsArb, (groups) => {
        const registry = new TypeRegistry();
        registry.define(groups);
        for (let sub = 0; sub < registry.size; sub++) {
          const above = new Set<number>();
          for (let id = sub; id !== -1; id = registry.supertype(id)) above.add(id);
          for (let sup = 0; sup < registry.size; sup++) expect(registry.isSubtype(sub, sup)).toBe(above.has(sup));
        }
      }),
    );
  });

  it('is a partial order on heap types', () => {
    const registry = new TypeRegistry();
    fc.assert(
      fc.property(groupsArb, (groups) => {
        registry.define(groups);
      }),
      { numRuns: 30 },
    );
    const heapType = heapTypeArb(registry.size);
    fc.assert(
      fc.property(heapType, heapType, heapType, (a, b, c) => {
        const below = (x: HeapType, y: HeapType): boolean => registry.matchesHeapType(x, y);
        expect(below(a, a), 'reflexive').toBe(true);
        expect(a !== b && below(a, b) && below(b, a), 'not antisymmetric').toBe(false);
        expect(below(a, b) && below(b, c) && !below(a, c), 'not transitive').toBe(false);
        expect(below(a, b) && registry.top(a) !== registry.top(b), 'crosses hierarchies').toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('canonical ids', () => {
  it('are the same for a module defined twice, and after other types', () => {
    fc.assert(
      fc.property(groupsArb, groupsArb, (first, second) => {
        const registry = new TypeRegistry();
        const ids = registry.define(first);
        registry.define(second);
        const size = registry.size;
        expect(registry.define(first)).toEqual(ids);
        expect(registry.size).toBe(size);
      }),
    );
  });

  it('do not depend on the type indices of a group', () => {
    fc.assert(
      fc.property(groupsArb, fc.integer({ min: 1, max: 5 }), (groups, offset) => {
        const registry = new TypeRegistry();
        const ids = registry.define(groups);
        const filler: RecGroup = Array.from({ length: offset }, () => ({
          final: true,
          supertypes: [],
          composite: { kind: 'func', params: [ValType.v128], results: [] },
        }));
        const shifted = groups.map((group) => group.map((type) => shift(type, offset)));
        expect([...registry.define([filler, ...shifted])].slice(offset)).toEqual([...ids]);
      }),
    );
  });
});

/** The same definition in a module where everything comes `offset` types later. */
function shift({ final, supertypes, composite }: SubType, offset: number): SubType {
  const move = (type: ValType): ValType => (type + 2 * offset) as ValType;
  const moved: SubType['composite'] =
    composite.kind === 'func'
      ? { ...composite, params: composite.params.map(move) }
      : composite.kind === 'struct'
        ? { ...composite, fields: composite.fields.map((f) => ({ ...f, storage: move(f.storage as ValType) })) }
        : { ...composite, element: { ...composite.element, storage: move(composite.element.storage as ValType) } };
  return { final, supertypes: supertypes.map((index) => index + offset), composite: moved };
}
