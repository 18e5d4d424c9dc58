/**
 * Random structure and array types in recursion groups, with subtypes.
 *
 * Every type has values that can be written down: a field or element that may not be null refers to types of lower index only, or to
 * something that i31 is.
 */
import type { CompositeType, FieldType, StorageType, SubType, ValType } from '#wasm/syntax/types.ts';
import { HeapType, PackedType, ValType as Value, concrete, heapTypeOf, isConcrete, isNullable, isRefType, refType } from '#wasm/syntax/types.ts';
import type { Random, Weighted } from '../random.ts';
import type { ModuleBuilder } from './module-builder.ts';
import { refTo } from './type-table.ts';

export interface TypeOptions {
  /** Groups and types in each, at most. */
  readonly groups: number;
  readonly groupSize: number;
  /** Fields of a structure, besides those it has from its supertype, at most. */
  readonly fields: number;
  /** What fields may be besides references to structures and arrays of the module. */
  readonly leaves: Weighted<StorageType>;
}

const { any, eq, i31, struct, array } = HeapType;
const ABSTRACT: readonly HeapType[] = [any, any, eq, eq, i31, struct, array];

export const ALL_LEAVES: Weighted<StorageType> = [
  [6, Value.i32],
  [2, PackedType.i8],
  [2, PackedType.i16],
  [2, Value.i64],
  [1, Value.f32],
  [2, Value.f64],
  [2, Value.v128],
  [1, Value.funcref],
  [2, Value.externref],
];

/** Adds types to a module: at least one structure and one array of references that are open to change. */
export function drawTypes(module: ModuleBuilder, random: Random, options: TypeOptions): void {
  module.types.define([
    { final: false, supertypes: [], composite: { kind: 'struct', fields: [mutable(Value.i32), mutable(Value.eqref)] } },
    { final: false, supertypes: [], composite: { kind: 'array', element: mutable(Value.eqref) } },
  ]);
  for (let groups = random.int(1, options.groups); groups > 0; groups--) {
    const group = drawGroup(module, random, options);
    module.types.define(group);
    if (random.chance(0.15)) module.types.define(twin(group, module.types.size));
  }
}

function mutable(storage: StorageType): FieldType {
  return { storage, mutable: true };
}

function drawGroup(module: ModuleBuilder, random: Random, options: TypeOptions): readonly SubType[] {
  const first = module.types.size;
  const group: SubType[] = [];
  const end = first + random.int(1, options.groupSize);
  for (let index = first; index < end; index++) group.push(new TypeDraw(module, random, options, group, first, end).draw(index));
  return group;
}

/**
 * The group once more, with one type at its end that the first does not have: equal in looks, other types. What referred to the
 * group itself refers to the twin.
 */
function twin(group: readonly SubType[], first: number): readonly SubType[] {
  const extra: SubType = { final: true, supertypes: [], composite: { kind: 'struct', fields: [] } };
  const shift = group.length;
  const old = first - shift;
  const moved = (index: number): number => (index >= old ? index + shift : index);
  const storage = (type: StorageType): StorageType => {
    if (!isRefType(type)) return type;
    const value = type as ValType;
    if (!isConcrete(heapTypeOf(value))) return type;
    return refType(concrete(moved(heapTypeOf(value))), isNullable(value));
  };
  const field = (each: FieldType): FieldType => ({ ...each, storage: storage(each.storage) });
  const composite = (type: CompositeType): CompositeType =>
    type.kind === 'struct' ? { kind: 'struct', fields: type.fields.map(field) } : type.kind === 'array' ? { kind: 'array', element: field(type.element) } : type;
  return [
    ...group.map((type) => ({ final: type.final, supertypes: type.supertypes.map(moved), composite: composite(type.composite) })),
    extra,
  ];
}

/** Draws one type of a group. */
class TypeDraw {
  readonly #module: ModuleBuilder;
  readonly #random: Random;
  readonly #options: TypeOptions;
  readonly #group: readonly SubType[];
  readonly #first: number;
  readonly #end: number;

  constructor(module: ModuleBuilder, random: Random, options: TypeOptions, group: readonly SubType[], first: number, end: number) {
    this.#module = module;
    this.#random = random;
    this.#options = options;
    this.#group = group;
    this.#first = first;
    this.#end = end;
  }

  draw(index: number): SubType {
    const random = this.#random;
    const supertype = random.chance(0.4) ? this.#openType(index) : undefined;
    const final = random.chance(0.3);
    if (supertype !== undefined) return { final, supertypes: [supertype], composite: this.#below(this.#at(supertype).composite, index) };
    const composite: CompositeType = random.chance(0.3)
      ? { kind: 'array', element: this.#field(index) }
      : { kind: 'struct', fields: this.#fields(index) };
    return { final, supertypes: [], composite };
  }

  /** A type that may have subtypes, of lower index. */
  #openType(index: number): number | undefined {
    const open = Array.from({ length: index }, (_, i) => i).filter((i) => !this.#at(i).final);
    return open.length === 0 ? undefined : this.#random.pick(open);
  }
  #at(index: number): SubType {
    return index < this.#first ? this.#module.types.at(index) : this.#group[index - this.#first]!;
  }

  /** A composite type that matches: the same, with more fields at its end, and less in what cannot change. */
  #below(composite: CompositeType, index: number): CompositeType {
    if (composite.kind === 'array') return { kind: 'array', element: this.#narrowed(composite.element) };
    if (composite.kind === 'func') return composite;
    return { kind: 'struct', fields: [...composite.fields.map((field) => this.#narrowed(field)), ...this.#fields(index)] };
  }
  #narrowed(field: FieldType): FieldType {
    const { storage } = field;
    if (field.mutable || !isRefType(storage) || this.#random.chance(0.5)) return field;
    return storage === Value.anyref ? { ...field, storage: this.#random.pick([Value.eqref, Value.i31ref, refTo(this.#module.types.structs[0]!)]) } : field;
  }

  #fields(index: number): readonly FieldType[] {
    return Array.from({ length: this.#random.int(0, this.#options.fields) }, () => this.#field(index));
  }
  #field(index: number): FieldType {
    return { storage: this.#storage(index), mutable: this.#random.chance(0.75) };
  }
  #storage(index: number): StorageType {
    const random = this.#random;
    return random.weighted<() => StorageType>([
      [4, () => random.weighted(this.#options.leaves)],
      [3, () => this.#abstract()],
      [5, () => refType(concrete(random.int(0, this.#end - 1)), true)],
      [1, () => refTo(random.int(0, Math.max(0, index - 1)))],
    ])();
  }
  #abstract(): ValType {
    const heapType = this.#random.pick(ABSTRACT);
    const canBeNonNull = heapType === any || heapType === eq || heapType === i31;
    return refType(heapType, !canBeNonNull || this.#random.chance(0.85));
  }
}
