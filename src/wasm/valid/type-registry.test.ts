import { describe, expect, it } from 'vitest';
import type { FieldType, RecGroup, StorageType, SubType, ValType as ValueType } from '../syntax/types.ts';
import { BOTTOM, BOTTOM_HEAP, HeapType, PackedType, ValType, concrete, refType } from '../syntax/types.ts';
import { TypeRegistry, canonicalValType } from './type-registry.ts';

function field(storage: StorageType, mutable = false): FieldType {
  return { storage, mutable };
}
function struct(fields: readonly FieldType[], supertype?: number, final = false): SubType {
  return { final, supertypes: supertype === undefined ? [] : [supertype], composite: { kind: 'struct', fields } };
}
function array(element: FieldType): SubType {
  return { final: true, supertypes: [], composite: { kind: 'array', element } };
}
function func(params: readonly ValueType[], results: readonly ValueType[] = []): SubType {
  return { final: true, supertypes: [], composite: { kind: 'func', params, results } };
}
/** `(ref null index)` */
function ref(index: number): ValueType {
  return refType(concrete(index), true);
}

describe('ids that are used again', () => {
  it('come last first, a group in a row, and new ones when no more are free', () => {
    const registry = new TypeRegistry(4);
    const pair: RecGroup = [struct([field(ref(0))]), struct([field(ref(1))])];
    const ids = registry.define([[struct([])], pair, [func([])], [array(field(ValType.i32))], [array(field(ref(0)))]]);
    expect([...ids]).toEqual([3, 1, 2, 0, 4, 5]);
    expect(registry.size).toBe(6);
    expect(registry.composite(4)).toEqual(array(field(ValType.i32)).composite);
    expect(registry.subType(2).composite).toEqual(struct([field(ref(1))]).composite);
  });

  it('are not mixed up with new ones when a group does not fit', () => {
    const registry = new TypeRegistry(1);
    const pair: RecGroup = [struct([field(ref(0))]), struct([field(ref(1))])];
    expect([...registry.define([pair, [func([])]])]).toEqual([1, 2, 0]);
  });
});

describe('define', () => {
  it('gives equal groups equal ids, wherever they stand in their modules', () => {
    const registry = new TypeRegistry();
    const pair = (base: number): RecGroup => [struct([field(ref(base + 1))]), array(field(ref(base), true))];
    const first = registry.define([pair(0)]);
    const second = registry.define([[func([])], pair(1), pair(3)]);
    expect([...second.subarray(1)]).toEqual([...first, ...first]);
    expect(registry.size).toBe(3);
  });

  it.each<[string, RecGroup, RecGroup]>([
    ['finality', [struct([], undefined, true)], [struct([], undefined, false)]],
    ['mutability', [struct([field(ValType.i32, true)])], [struct([field(ValType.i32, false)])]],
    ['packing', [struct([field(PackedType.i8)])], [struct([field(PackedType.i16)])]],
    ['nullability', [func([refType(HeapType.any, true)])], [func([refType(HeapType.any, false)])]],
    ['where parameters end', [func([ValType.i32], [])], [func([], [ValType.i32])]],
    ['kind', [struct([field(ValType.i32)])], [array(field(ValType.i32))]],
    ['order in the group', [struct([]), func([])], [func([]), struct([])]],
    ['size of the group', [struct([])], [struct([]), struct([])]],
  ])('tells groups apart by %s', (_, a, b) => {
    const registry = new TypeRegistry();
    expect(registry.define([a])[0]).not.toBe(registry.define([b])[0]);
  });

  it('tells apart groups of equal shape that refer to themselves and to one another', () => {
    const registry = new TypeRegistry();
    const self = struct([field(ref(0))]);
    const other = struct([field(ref(0))]);
    const [a, b] = registry.define([[self], [other]]);
    expect(b).not.toBe(a);
  });

  it('keeps types of one group apart even when they are equal', () => {
    const ids = new TypeRegistry().define([[struct([]), struct([])]]);
    expect(ids[1]).toBe(ids[0]! + 1);
  });

  it('writes definitions with canonical ids', () => {
    const registry = new TypeRegistry();
    registry.define([[func([])]]);
    const [base, sub] = registry.define([[struct([])], [struct([field(ref(1))], 0)]]);
    expect(registry.subType(sub!)).toEqual(struct([field(ref(sub!))], base));
    expect(registry.supertype(sub!)).toBe(base);
    expect(registry.supertype(base!)).toBe(-1);
    expect(registry.isFinal(sub!)).toBe(false);
  });

  it('finds the function type of the host among those of modules', () => {
    const registry = new TypeRegistry();
    const [structId, funcId] = registry.define([[struct([])], [func([ref(0)])]]);
    expect(registry.defineFunc({ kind: 'func', params: [ref(structId!)], results: [] })).toBe(funcId);
    expect(registry.defineFunc({ kind: 'func', params: [], results: [ref(structId!)] })).not.toBe(funcId);
  });
});

describe('subtyping', () => {
  const registry = new TypeRegistry();
  const ids = registry.define([
    [struct([])],
    [struct([field(ValType.i32)], 0)],
    [struct([field(ValType.i64)], 0)],
    [struct([field(ValType.i32), field(ValType.f32)], 1)],
    [array(field(PackedType.i8))],
    [func([])],
  ]);
  const [root, left, right, leaf, bytes, thunk] = [...ids].map(concrete);

  it('follows declarations', () => {
    expect(registry.isSubtype(leaf!, root!)).toBe(true);
    expect(registry.isSubtype(leaf!, left!)).toBe(true);
    expect(registry.isSubtype(leaf!, right!)).toBe(false);
    expect(registry.isSubtype(root!, leaf!)).toBe(false);
    expect(registry.isSubtype(left!, right!)).toBe(false);
  });

  it('places concrete types between the abstract ones', () => {
    const { none, any, eq, i31, struct: structs, array: arrays, func: funcs, nofunc, extern } = HeapType;
    for (const above of [structs, eq, any]) expect(registry.matchesHeapType(leaf!, above)).toBe(true);
    for (const not of [arrays, i31, none, funcs, extern]) expect(registry.matchesHeapType(leaf!, not)).toBe(false);
    expect(registry.matchesHeapType(none, leaf!)).toBe(true);
    expect(registry.matchesHeapType(nofunc, leaf!)).toBe(false);
    expect(registry.matchesHeapType(nofunc, thunk!)).toBe(true);
    expect(registry.matchesHeapType(thunk!, funcs)).toBe(true);
    expect(registry.matchesHeapType(thunk!, any)).toBe(false);
    expect(registry.matchesHeapType(structs, leaf!)).toBe(false);
    expect(registry.matchesHeapType(BOTTOM_HEAP, bytes!)).toBe(true);
  });

  it('knows the ends of each hierarchy', () => {
    expect([leaf!, bytes!, HeapType.none, HeapType.i31].map((type) => registry.top(type))).toEqual(
      Array(4).fill(HeapType.any),
    );
    expect([thunk!, HeapType.nofunc].map((type) => registry.top(type))).toEqual([HeapType.func, HeapType.func]);
    expect(registry.top(HeapType.noextern)).toBe(HeapType.extern);
    expect(registry.bottom(HeapType.exn)).toBe(HeapType.noexn);
    expect(registry.bottom(leaf!)).toBe(HeapType.none);
  });

  it('lets a non-nullable reference pass as a nullable one, and not the other way', () => {
    expect(registry.matches(refType(leaf!, false), refType(root!, true))).toBe(true);
    expect(registry.matches(refType(leaf!, true), refType(root!, false))).toBe(false);
    expect(registry.matches(ValType.i32, ValType.i64)).toBe(false);
    expect(registry.matches(ValType.i32, ValType.anyref)).toBe(false);
    expect(registry.matches(BOTTOM, ValType.f64)).toBe(true);
    expect(registry.matches(refType(BOTTOM_HEAP, false), ValType.f64)).toBe(false);
  });
});

describe('canonicalValType', () => {
  const typeIds = Int32Array.of(7, 9);
  it('replaces type indices and nothing else', () => {
    expect(canonicalValType(refType(concrete(1), false), typeIds)).toBe(refType(concrete(9), false));
    expect(canonicalValType(ValType.anyref, typeIds)).toBe(ValType.anyref);
    expect(canonicalValType(ValType.v128, typeIds)).toBe(ValType.v128);
  });
});
