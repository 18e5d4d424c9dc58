/**
 * Where the fields of an object lie.
 *
 * Offsets count from the end of the object header, so that collectors with different headers share one
 * layout: every header is 8 bytes modulo 16, and each field is aligned to its own size (at most 16).
 * Fields keep their order, so a subtype's fields lie where its supertype has them.
 */
import type { CompositeType, StorageType } from '#wasm/syntax/types.ts';
import { HeapType, PackedType, ValType, heapTypeOf, isConcrete, isRefType } from '#wasm/syntax/types.ts';
import type { TypeRegistry } from '#wasm/valid/type-registry.ts';

/** How a slot is read and written. `ref` slots own a count; `i31` slots hold nothing but i31 or null. */
export type SlotKind = 'i8' | 'i16' | 'w32' | 'w64' | 'w128' | 'ref' | 'i31' | 'func';

export interface FieldLayout {
  readonly offset: number;
  readonly kind: SlotKind;
}
export interface StructLayout {
  readonly kind: 'struct';
  readonly fields: readonly FieldLayout[];
  /** Bytes after the header, such that header and body together are a multiple of the alignment. */
  readonly bodyBytes: number;
  /** Of the whole object: 8, or 16 if a vector is in it. */
  readonly alignment: number;
  /** Offsets of the slots that own counts: what a collector traces. */
  readonly refOffsets: Int32Array;
  /** Words that the fields take on the operand stack. */
  readonly operandWords: number;
}
export interface ArrayLayout {
  readonly kind: 'array';
  readonly element: SlotKind;
  readonly elementBytes: number;
  /** Offset of element 0; the length is the word at offset 0. */
  readonly elementsOffset: number;
  readonly alignment: number;
}
/** The payload of an exception, laid out for a function type's parameters. */
export interface ExceptionLayout {
  readonly kind: 'exception';
  readonly fields: readonly FieldLayout[];
  readonly bodyBytes: number;
  readonly alignment: number;
  readonly refOffsets: Int32Array;
  readonly operandWords: number;
}
export type ObjectLayout = StructLayout | ArrayLayout | ExceptionLayout;

/** Body of a host object behind an externref: the id of its host value. */
export const EXTERN_BODY_BYTES = 8;
/** Exceptions start with two words: defining instance, index of the tag. */
const EXCEPTION_PREFIX_BYTES = 8;
/** Headers are 8 modulo 16. */
const HEADER_MODULUS = 8;

const SLOT_BYTES: Record<SlotKind, number> = { i8: 1, i16: 2, w32: 4, w64: 8, w128: 16, ref: 4, i31: 4, func: 4 };

/** The kind of slot that holds a value of this type; heap types may be canonical or module-local. */
export function slotKind(type: StorageType, registry: TypeRegistry): SlotKind {
  if (!isRefType(type)) {
    if (type === PackedType.i8) return 'i8';
    if (type === PackedType.i16) return 'i16';
    if (type === ValType.i32 || type === ValType.f32) return 'w32';
    return type === ValType.v128 ? 'w128' : 'w64';
  }
  const heapType = heapTypeOf(type as ValType);
  if (heapType === HeapType.i31) return 'i31';
  if (heapType === HeapType.func || heapType === HeapType.nofunc) return 'func';
  if (isConcrete(heapType) && registry.composite(heapType).kind === 'func') return 'func';
  return 'ref';
}

export function slotBytes(kind: SlotKind): number {
  return SLOT_BYTES[kind];
}

/** @param alignment a power of two */
function alignUp(offset: number, alignment: number): number {
  // By bits, so that V8 takes offsets for integers: a fraction among its types costs whoever reads a layout its compiled code.
  return (offset + alignment - 1) & -alignment;
}

function layOutFields(types: readonly StorageType[], start: number, registry: TypeRegistry) {
  let end = start + HEADER_MODULUS;
  let alignment = 8;
  // Not `map`, whose results V8 represents in several ways: loops over them would be compiled again and again.
  const fields: FieldLayout[] = [];
  for (const type of types) {
    const kind = slotKind(type, registry);
    const offset = alignUp(end, SLOT_BYTES[kind]);
    end = offset + SLOT_BYTES[kind];
    alignment = Math.max(alignment, SLOT_BYTES[kind]);
    fields.push({ offset: offset - HEADER_MODULUS, kind });
  }
  const refOffsets = Int32Array.from(fields.filter((f) => f.kind === 'ref').map((f) => f.offset));
  const operandWords = fields.reduce((words, f) => words + (f.kind === 'w128' ? 4 : 2), 0);
  return { fields, bodyBytes: alignUp(end, alignment) - HEADER_MODULUS, alignment, refOffsets, operandWords };
}

function layOut(composite: CompositeType, registry: TypeRegistry): ObjectLayout {
  switch (composite.kind) {
    case 'struct':
      return { kind: 'struct', ...layOutFields(composite.fields.map((f) => f.storage), 0, registry) };
    case 'func':
      return { kind: 'exception', ...layOutFields(composite.params, EXCEPTION_PREFIX_BYTES, registry) };
    case 'array': {
      const element = slotKind(composite.element.storage, registry);
      const elementBytes = SLOT_BYTES[element];
      const elementsOffset = alignUp(4 + HEADER_MODULUS, elementBytes) - HEADER_MODULUS;
      return { kind: 'array', element, elementBytes, elementsOffset, alignment: Math.max(8, elementBytes) };
    }
  }
}

/** Layouts of canonical types, computed on first use; a function type's is that of its exceptions. */
export class Layouts {
  readonly #registry: TypeRegistry;
  readonly #layouts: ObjectLayout[] = [];

  constructor(registry: TypeRegistry) {
    this.#registry = registry;
  }

  /** @param typeId canonical type id */
  of(typeId: number): ObjectLayout {
    return (this.#layouts[typeId] ??= this.layOut(this.#registry.composite(typeId), this.#registry));
  }
  protected layOut(composite: CompositeType, registry: TypeRegistry): ObjectLayout {
    return layOut(composite, registry);
  }
}

/** How layouts are made: one class, unless someone has a mind to lay out types in another way. */
export type LayoutsClass = new (registry: TypeRegistry) => Layouts;

const shared = new WeakMap<TypeRegistry, Layouts>();

/** The layouts of a registry's types, one for all stores and modules that share the registry. */
export function layoutsOf(registry: TypeRegistry, Class: LayoutsClass = Layouts): Layouts {
  let layouts = shared.get(registry);
  if (layouts === undefined) shared.set(registry, (layouts = new Class(registry)));
  if (layouts.constructor !== Class) throw new Error('the types of a registry are laid out in one way');
  return layouts;
}
