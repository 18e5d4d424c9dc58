/**
 * The types of a module under construction, by type index, and how they match each other.
 *
 * Matching goes by declaration: two groups that look the same are the same type to an engine but not here. The answer "does not match" may
 * therefore be wrong, which costs a cast; the answer "matches" never is.
 */
import type { ArrayType, FuncType, HeapType, RecGroup, StorageType, StructType, SubType, ValType } from '#wasm/syntax/types.ts';
import { concrete, heapTypeOf, isConcrete, isNullable, isRefType, refType, unpacked } from '#wasm/syntax/types.ts';
import { abstractMatches, bottomOf, kindOfComposite, topOf } from '#wasm/valid/heap-hierarchy.ts';

/** A field of a structure type. */
export interface FieldPlace {
  readonly type: number;
  readonly field: number;
  readonly storage: StorageType;
  readonly mutable: boolean;
}

export class TypeTable {
  readonly groups: RecGroup[] = [];
  /** Type indices of structures and of arrays. */
  readonly structs: number[] = [];
  readonly arrays: number[] = [];
  readonly fields: FieldPlace[] = [];
  readonly #types: SubType[] = [];
  readonly #functions = new Map<string, number>();
  readonly #fieldsFor = new Map<ValType, readonly FieldPlace[]>();
  readonly #arraysFor = new Map<ValType, readonly number[]>();
  readonly #structsMatching = new Map<ValType, readonly number[]>();
  readonly #arraysMatching = new Map<ValType, readonly number[]>();

  get size(): number {
    return this.#types.length;
  }

  /** Adds a recursion group, whose types get the indices from `size` on. @returns the first of them */
  define(group: RecGroup): number {
    const first = this.size;
    this.groups.push(group);
    for (const type of group) this.#add(type);
    const [only] = group;
    if (group.length === 1 && only!.final && only!.composite.kind === 'func') this.#functions.set(keyOf(only!.composite), first);
    return first;
  }
  #add(type: SubType): void {
    const index = this.#types.push(type) - 1;
    const { composite } = type;
    if (composite.kind === 'func') return;
    this.#fieldsFor.clear();
    this.#arraysFor.clear();
    this.#structsMatching.clear();
    this.#arraysMatching.clear();
    if (composite.kind === 'array') {
      this.arrays.push(index);
      return;
    }
    this.structs.push(index);
    composite.fields.forEach((field, i) => this.fields.push({ type: index, field: i, ...field }));
  }

  /** The type index of a final function type in a group of its own; the same one each time. */
  func(params: readonly ValType[], results: readonly ValType[]): number {
    const composite = { kind: 'func', params, results } as const;
    return this.#functions.get(keyOf(composite)) ?? this.define([{ final: true, supertypes: [], composite }]);
  }

  at(index: number): SubType {
    return this.#types[index]!;
  }
  /** @param index of a structure type */
  struct(index: number): StructType {
    return this.#types[index]!.composite as StructType;
  }
  /** @param index of an array type */
  array(index: number): ArrayType {
    return this.#types[index]!.composite as ArrayType;
  }
  /** What an array's elements are on the operand stack. */
  element(index: number): ValType {
    return unpacked(this.array(index).element.storage);
  }

  // --- Matching ------------------------------------------------------------------------------------------

  isSubtype(sub: number, sup: number): boolean {
    for (let index: number | undefined = sub; index !== undefined; index = this.#types[index]!.supertypes[0]) {
      if (index === sup) return true;
    }
    return false;
  }
  matchesHeapType(a: HeapType, b: HeapType): boolean {
    if (a === b) return true;
    if (isConcrete(b)) return isConcrete(a) ? this.isSubtype(a, b) : a === this.bottom(b);
    return abstractMatches(isConcrete(a) ? this.#kind(a) : a, b);
  }
  matches(a: ValType, b: ValType): boolean {
    if (a === b) return true;
    if (!isRefType(a) || !isRefType(b)) return false;
    return (isNullable(b) || !isNullable(a)) && this.matchesHeapType(heapTypeOf(a), heapTypeOf(b));
  }
  /** Any, func, extern or exn: what heads the hierarchy. */
  top(heapType: HeapType): HeapType {
    return topOf(this.#abstract(heapType));
  }
  /** None, nofunc, noextern or noexn. */
  bottom(heapType: HeapType): HeapType {
    return bottomOf(this.#abstract(heapType));
  }
  #kind(heapType: HeapType): HeapType {
    return kindOfComposite(this.#types[heapType]!.composite);
  }
  #abstract(heapType: HeapType): HeapType {
    return isConcrete(heapType) ? this.#kind(heapType) : heapType;
  }

  // --- Places --------------------------------------------------------------------------------------------

  /** Whether a value of type `from` may turn out to be of type `to`: it matches, or a cast may succeed. */
  canBecome(from: ValType, to: ValType): boolean {
    if (this.matches(from, to)) return true;
    if (!isRefType(from) || !isRefType(to)) return false;
    const [a, b] = [heapTypeOf(from), heapTypeOf(to)];
    return this.matchesHeapType(a, b) || this.matchesHeapType(b, a);
  }
  /** Structures and arrays whose references match a type. */
  structsMatching(type: ValType): readonly number[] {
    return this.#matching(this.structs, this.#structsMatching, type);
  }
  arraysMatching(type: ValType): readonly number[] {
    return this.#matching(this.arrays, this.#arraysMatching, type);
  }
  #matching(indices: readonly number[], known: Map<ValType, readonly number[]>, type: ValType): readonly number[] {
    let matching = known.get(type);
    if (matching === undefined) {
      matching = isRefType(type) ? indices.filter((index) => this.matches(refTo(index), type)) : [];
      known.set(type, matching);
    }
    return matching;
  }
  /** Fields whose values can become of a type. */
  fieldsFor(type: ValType): readonly FieldPlace[] {
    let places = this.#fieldsFor.get(type);
    if (places === undefined) {
      places = this.fields.filter(({ storage }) => this.canBecome(unpacked(storage), type));
      this.#fieldsFor.set(type, places);
    }
    return places;
  }
  /** Array types whose elements can become of a type. */
  arraysFor(type: ValType): readonly number[] {
    let arrays = this.#arraysFor.get(type);
    if (arrays === undefined) {
      arrays = this.arrays.filter((array) => this.canBecome(this.element(array), type));
      this.#arraysFor.set(type, arrays);
    }
    return arrays;
  }
}

function keyOf({ params, results }: FuncType): string {
  return `${params.join()}:${results.join()}`;
}

/** `(ref index)` */
export function refTo(index: number): ValType {
  return refType(concrete(index), false);
}
/** `(ref null index)` */
export function refOrNull(index: number): ValType {
  return refType(concrete(index), true);
}
/** The same type without null. @param type a reference type */
export function nonNull(type: ValType): ValType {
  return refType(heapTypeOf(type), false);
}
/** The same type with null. @param type a reference type */
export function orNull(type: ValType): ValType {
  return refType(heapTypeOf(type), true);
}
