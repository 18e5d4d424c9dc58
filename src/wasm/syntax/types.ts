/**
 * Types of WebAssembly 3.0 as plain data (spec: Structure / Types).
 *
 * Heap types and value types are branded integers, so that equality is `===`, a type fits in a typed array
 * and no allocation happens while types are checked. The numbers follow the binary format: an abstract heap
 * type is its negative s33 code, a concrete one its type index; numeric and vector types are their negative
 * s7 codes, and reference types, which need two pieces of information, are packed into non-negative numbers
 * by `refType`.
 */

declare const brand: unique symbol;

/** An abstract heap type (negative) or a type index (non-negative; canonical once validated). */
export type HeapType = number & { readonly [brand]: 'HeapType' };
/** A value type: number, vector or reference. */
export type ValType = number & { readonly [brand]: 'ValType' };
/** `i8` or `i16`. */
export type PackedType = number & { readonly [brand]: 'PackedType' };
export type StorageType = ValType | PackedType;

export const HeapType = {
  noexn: -0x0c as HeapType,
  nofunc: -0x0d as HeapType,
  noextern: -0x0e as HeapType,
  none: -0x0f as HeapType,
  func: -0x10 as HeapType,
  extern: -0x11 as HeapType,
  any: -0x12 as HeapType,
  eq: -0x13 as HeapType,
  i31: -0x14 as HeapType,
  struct: -0x15 as HeapType,
  array: -0x16 as HeapType,
  exn: -0x17 as HeapType,
} as const;

const HEAP_BIAS = 32;

/** The reference type `(ref null? heapType)`. */
export function refType(heapType: HeapType, nullable: boolean): ValType {
  return (((heapType + HEAP_BIAS) << 1) | (nullable ? 1 : 0)) as ValType;
}

export const ValType = {
  i32: -0x01 as ValType,
  i64: -0x02 as ValType,
  f32: -0x03 as ValType,
  f64: -0x04 as ValType,
  v128: -0x05 as ValType,
  funcref: refType(HeapType.func, true),
  externref: refType(HeapType.extern, true),
  anyref: refType(HeapType.any, true),
  eqref: refType(HeapType.eq, true),
  i31ref: refType(HeapType.i31, true),
  structref: refType(HeapType.struct, true),
  arrayref: refType(HeapType.array, true),
  exnref: refType(HeapType.exn, true),
  nullref: refType(HeapType.none, true),
  nullfuncref: refType(HeapType.nofunc, true),
  nullexternref: refType(HeapType.noextern, true),
  nullexnref: refType(HeapType.noexn, true),
} as const;

/** The type below all value types: an operand nobody pushed, in unreachable code. Validation only. */
export const BOTTOM = -0x20 as ValType;
/** The heap type below all heap types: what a reference of unknown type refers to. Validation only. */
export const BOTTOM_HEAP = -HEAP_BIAS as HeapType;

export const PackedType = {
  i8: -0x08 as PackedType,
  i16: -0x09 as PackedType,
} as const;

export function isRefType(type: StorageType): boolean {
  return type >= 0;
}
export function isPacked(type: StorageType): type is PackedType {
  return type === PackedType.i8 || type === PackedType.i16;
}
/** Heap type of a reference type. */
export function heapTypeOf(type: ValType): HeapType {
  return ((type >> 1) - HEAP_BIAS) as HeapType;
}
export function isNullable(type: ValType): boolean {
  return (type & 1) === 1;
}
/** Whether a local or field of this type has a default value (spec: Validation / Types / Defaultable Types). */
export function isDefaultable(type: StorageType): boolean {
  return !isRefType(type) || isNullable(type as ValType);
}
/** A concrete heap type names a type index (or a canonical type id). */
export function isConcrete(heapType: HeapType): boolean {
  return heapType >= 0;
}
export function concrete(typeIndex: number): HeapType {
  return typeIndex as HeapType;
}
/** The value type that a field of this storage type has on the operand stack. */
export function unpacked(type: StorageType): ValType {
  return isPacked(type) ? ValType.i32 : (type as ValType);
}

export interface FieldType {
  readonly storage: StorageType;
  readonly mutable: boolean;
}
export interface FuncType {
  readonly kind: 'func';
  readonly params: readonly ValType[];
  readonly results: readonly ValType[];
}
export interface StructType {
  readonly kind: 'struct';
  readonly fields: readonly FieldType[];
}
export interface ArrayType {
  readonly kind: 'array';
  readonly element: FieldType;
}
export type CompositeType = FuncType | StructType | ArrayType;

export interface SubType {
  readonly final: boolean;
  /** Type indices; WebAssembly 3.0 allows at most one. */
  readonly supertypes: readonly number[];
  readonly composite: CompositeType;
}
/** Mutually recursive types; type indices count through all groups of a module. */
export type RecGroup = readonly SubType[];

export interface Limits {
  readonly min: number;
  readonly max: number | undefined;
}
export interface TableType {
  readonly element: ValType;
  readonly limits: Limits;
}
/** Limits in pages of 64 KiB. */
export interface MemoryType {
  readonly limits: Limits;
}
export interface GlobalType {
  readonly type: ValType;
  readonly mutable: boolean;
}
/** A tag's type index names a function type without results. */
export interface TagType {
  readonly typeIndex: number;
}

const HEAP_TYPE_NAMES = new Map<number, string>(Object.entries(HeapType).map(([name, code]) => [code, name]));
const NUMERIC_NAMES = new Map<number, string>([
  ...['i32', 'i64', 'f32', 'f64', 'v128'].map((name, i): [number, string] => [-(i + 1), name]),
  [PackedType.i8, 'i8'],
  [PackedType.i16, 'i16'],
]);
const SHORT_NULLABLE = new Map<number, string>([
  [HeapType.none, 'nullref'],
  [HeapType.nofunc, 'nullfuncref'],
  [HeapType.noextern, 'nullexternref'],
  [HeapType.noexn, 'nullexnref'],
]);

/** The text format's word: `any`, `noextern`, or a type index. */
export function heapTypeName(heapType: HeapType): string {
  if (heapType === BOTTOM_HEAP) return 'bottom';
  return HEAP_TYPE_NAMES.get(heapType) ?? String(heapType);
}

/** The text format's words: `i32`, `anyref`, `(ref null 3)`. */
export function typeName(type: StorageType): string {
  if (!isRefType(type)) return NUMERIC_NAMES.get(type) ?? 'bottom';
  const heapType = heapTypeOf(type as ValType);
  if (!isNullable(type as ValType)) return `(ref ${heapTypeName(heapType)})`;
  if (isConcrete(heapType)) return `(ref null ${heapType})`;
  return SHORT_NULLABLE.get(heapType) ?? `${heapTypeName(heapType)}ref`;
}
