/**
 * The canonical types of an engine (spec: Validation / Conventions / Defined Types, Rolling and Unrolling).
 *
 * Types are iso-recursive: two recursive groups are the same when they look the same after references into
 * the group are written relative to it and references out of it by canonical id. Each group is flattened into
 * such a row of integers, its key; groups with equal keys share ids. So equality of types is equality of
 * numbers from here on, for all modules that share the registry.
 *
 * Subtyping is declared, hence a tree. Each type keeps the chain of its supertypes from the root to itself,
 * and a type is below another one exactly when it has that type in its chain at that type's own depth.
 */
import type {
  CompositeType,
  FieldType,
  FuncType,
  HeapType,
  RecGroup,
  StorageType,
  SubType,
  ValType,
} from '../syntax/types.ts';
import {
  BOTTOM,
  BOTTOM_HEAP,
  concrete,
  heapTypeOf,
  isConcrete,
  isNullable,
  isRefType,
  refType,
} from '../syntax/types.ts';
import { abstractMatches, bottomOf, kindOfComposite, topOf } from './heap-hierarchy.ts';

/** The same type with canonical ids in place of type indices, which must be in range. */
export function canonicalValType(type: ValType, typeIds: Int32Array): ValType {
  if (!isRefType(type)) return type;
  const heapType = heapTypeOf(type);
  return isConcrete(heapType) ? refType(canonicalHeapType(heapType, typeIds), isNullable(type)) : type;
}
/** The same heap type with a canonical id in place of a type index, which must be in range. */
export function canonicalHeapType(heapType: HeapType, typeIds: Int32Array): HeapType {
  return isConcrete(heapType) ? concrete(typeIds[heapType]!) : heapType;
}

/** Maps what a definition refers to. */
type Renaming = (heapType: HeapType) => HeapType;

interface Group {
  readonly key: readonly number[];
  /** Canonical id of its first type; the others follow. */
  readonly first: number;
}

export class TypeRegistry {
  readonly #types: SubType[] = [];
  /** `struct`, `array` or `func`: the abstract type right above. */
  readonly #kinds: HeapType[] = [];
  /** Ids from the root of the type's tree down to the type itself. */
  readonly #chains: Int32Array[] = [];
  /** Groups by the hash of their key. */
  readonly #groups = new Map<number, Group[]>();
  /** The key under construction. */
  readonly #key: number[] = [];
  /** Ids from 0 up to here had been given out by another registry, whose types are gone. */
  readonly #reused: number;
  /** Those of them below this are still free. */
  #free: number;

  /** @param reused how many ids, from 0, are to be given out again. The last come first, as from a list of what is free */
  constructor(reused = 0) {
    this.#reused = this.#free = reused;
  }

  /** Ids are below this. */
  get size(): number {
    return Math.max(this.#reused, this.#types.length);
  }

  /**
   * Enters the types of a module. References must be in range and supertypes must come before their subtypes;
   * nothing is checked here.
   * @returns the canonical id of each type index
   */
  define(groups: readonly RecGroup[]): Int32Array {
    const typeIds = new Int32Array(groups.reduce((sum, group) => sum + group.length, 0));
    let base = 0;
    for (const group of groups) {
      // The positive numbers of a key: even for a type outside the group, odd for one inside.
      const relative: Renaming = (index) =>
        concrete(index >= base ? ((index - base) << 1) | 1 : typeIds[index]! << 1);
      const first = this.#intern(group, relative, (start) => {
        for (let i = 0; i < group.length; i++) typeIds[base + i] = start + i;
        return (index) => canonicalHeapType(index, typeIds);
      });
      for (let i = 0; i < group.length; i++) typeIds[base + i] = first + i;
      base += group.length;
    }
    return typeIds;
  }

  /**
   * Enters a function type on its own: final, without supertypes.
   * @param type its heap types are canonical already
   * @returns its canonical id
   */
  defineFunc(type: FuncType): number {
    const group = [{ final: true, supertypes: [], composite: type }];
    return this.#intern(group, (id) => concrete(id << 1), () => (id) => id);
  }

  /** The definition; its heap types are canonical. */
  composite(id: number): CompositeType {
    return this.#types[id]!.composite;
  }
  /** The whole definition; its supertypes and heap types are canonical. */
  subType(id: number): SubType {
    return this.#types[id]!;
  }
  isFinal(id: number): boolean {
    return this.#types[id]!.final;
  }
  /** The declared supertype's id, or -1. */
  supertype(id: number): number {
    return this.#types[id]!.supertypes[0] ?? -1;
  }

  /** Whether one canonical type is another one or declared below it. Constant time. */
  isSubtype(sub: number, sup: number): boolean {
    if (sub === sup) return true;
    const chain = this.#chains[sub]!;
    const depth = this.#chains[sup]!.length - 1;
    return depth < chain.length && chain[depth] === sup;
  }
  /** Spec: Validation / Matching / Heap Types. Heap types are canonical. */
  matchesHeapType(a: HeapType, b: HeapType): boolean {
    if (a === b || a === BOTTOM_HEAP) return true;
    if (isConcrete(b)) return isConcrete(a) ? this.isSubtype(a, b) : a === bottomOf(this.#kinds[b]!);
    return abstractMatches(isConcrete(a) ? this.#kinds[a]! : a, b);
  }
  /** Spec: Validation / Matching / Value Types. Heap types are canonical. */
  matches(a: ValType, b: ValType): boolean {
    if (a === b || a === BOTTOM) return true;
    if (!isRefType(a) || !isRefType(b)) return false;
    return (isNullable(b) || !isNullable(a)) && this.matchesHeapType(heapTypeOf(a), heapTypeOf(b));
  }
  /** The greatest type of the hierarchy: any, func, extern or exn. The heap type is canonical. */
  top(heapType: HeapType): HeapType {
    return topOf(isConcrete(heapType) ? this.#kinds[heapType]! : heapType);
  }
  /** The least type of the hierarchy: none, nofunc, noextern or noexn. The heap type is canonical. */
  bottom(heapType: HeapType): HeapType {
    return bottomOf(isConcrete(heapType) ? this.#kinds[heapType]! : heapType);
  }

  /**
   * @param relative names a type of the definition in a key
   * @param begin given the id of a new group's first type, yields the map to canonical ids
   */
  #intern(group: RecGroup, relative: Renaming, begin: (first: number) => Renaming): number {
    const key = this.#key;
    key.length = 0;
    for (const type of group) writeKey(type, relative, key);
    const hash = hashOf(key);
    const bucket = this.#groups.get(hash);
    const known = bucket?.find((candidate) => equal(candidate.key, key));
    if (known !== undefined) return known.first;

    const entry: Group = { key: key.slice(), first: this.#takeIds(group.length) };
    if (bucket === undefined) this.#groups.set(hash, [entry]);
    else bucket.push(entry);
    const canonical = begin(entry.first);
    group.forEach((type, i) => this.#add(entry.first + i, renameSubType(type, canonical)));
    return entry.first;
  }

  /** @returns the first of as many ids in a row */
  #takeIds(count: number): number {
    if (count > this.#free) return this.size;
    return (this.#free -= count);
  }

  #add(id: number, type: SubType): void {
    const above = type.supertypes.length === 0 ? [] : this.#chains[type.supertypes[0]!]!;
    this.#types[id] = type;
    this.#kinds[id] = kindOfComposite(type.composite);
    this.#chains[id] = Int32Array.of(...above, id);
  }
}

const KIND_CODES = { func: 0, struct: 1, array: 2 } as const;

/** Appends a definition to a key. Every list is preceded by its length, so that keys are unambiguous. */
function writeKey(type: SubType, rename: Renaming, key: number[]): void {
  key.push(type.final ? 1 : 0, type.supertypes.length);
  for (const supertype of type.supertypes) key.push(rename(concrete(supertype)));
  const composite = type.composite;
  key.push(KIND_CODES[composite.kind]);
  switch (composite.kind) {
    case 'func':
      writeValTypes(composite.params, rename, key);
      writeValTypes(composite.results, rename, key);
      break;
    case 'struct':
      key.push(composite.fields.length);
      for (const field of composite.fields) writeField(field, rename, key);
      break;
    case 'array':
      writeField(composite.element, rename, key);
  }
}
function writeValTypes(types: readonly ValType[], rename: Renaming, key: number[]): void {
  key.push(types.length);
  for (const type of types) key.push(renameStorage(type, rename));
}
function writeField(field: FieldType, rename: Renaming, key: number[]): void {
  key.push(field.mutable ? 1 : 0, renameStorage(field.storage, rename));
}

function renameStorage<T extends StorageType>(type: T, rename: Renaming): T {
  if (!isRefType(type)) return type;
  const heapType = heapTypeOf(type as ValType);
  return isConcrete(heapType) ? (refType(rename(heapType), isNullable(type as ValType)) as T) : type;
}
function renameField(field: FieldType, rename: Renaming): FieldType {
  return { storage: renameStorage(field.storage, rename), mutable: field.mutable };
}
function renameComposite(composite: CompositeType, rename: Renaming): CompositeType {
  switch (composite.kind) {
    case 'func':
      return {
        kind: 'func',
        params: composite.params.map((type) => renameStorage(type, rename)),
        results: composite.results.map((type) => renameStorage(type, rename)),
      };
    case 'struct':
      return { kind: 'struct', fields: composite.fields.map((field) => renameField(field, rename)) };
    case 'array':
      return { kind: 'array', element: renameField(composite.element, rename) };
  }
}
function renameSubType(type: SubType, rename: Renaming): SubType {
  return {
    final: type.final,
    supertypes: type.supertypes.map((index) => rename(concrete(index))),
    composite: renameComposite(type.composite, rename),
  };
}

/** FNV-1a over words. */
function hashOf(key: readonly number[]): number {
  let hash = 0x811c9dc5 | 0;
  for (const word of key) hash = Math.imul(hash ^ word, 0x01000193);
  return hash;
}
function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}
