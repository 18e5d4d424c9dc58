/** Types (spec: Binary Format / Types). */
import type {
  CompositeType,
  FieldType,
  GlobalType,
  HeapType,
  Limits,
  MemoryType,
  RecGroup,
  StorageType,
  SubType,
  TableType,
  TagType,
  ValType,
} from '../syntax/types.ts';
import { heapTypeOf, isConcrete, isNullable, isRefType } from '../syntax/types.ts';
import type { Writer } from './writer.ts';

export function encodeHeapType(w: Writer, type: HeapType): void {
  w.s33(type);
}

/** Nullable abstract types take their one-byte form. */
export function encodeValType(w: Writer, type: StorageType): void {
  if (!isRefType(type)) return w.s33(type);
  const heapType = heapTypeOf(type as ValType);
  const nullable = isNullable(type as ValType);
  if (!nullable || isConcrete(heapType)) w.byte(nullable ? 0x63 : 0x64);
  encodeHeapType(w, heapType);
}

function encodeFieldType(w: Writer, field: FieldType): void {
  encodeValType(w, field.storage);
  w.byte(field.mutable ? 1 : 0);
}

function encodeCompositeType(w: Writer, type: CompositeType): void {
  switch (type.kind) {
    case 'func':
      w.byte(0x60);
      w.vector(type.params, encodeValType);
      w.vector(type.results, encodeValType);
      return;
    case 'struct':
      w.byte(0x5f);
      w.vector(type.fields, encodeFieldType);
      return;
    case 'array':
      w.byte(0x5e);
      encodeFieldType(w, type.element);
      return;
  }
}

export function encodeIndex(w: Writer, index: number): void {
  w.u32(index);
}

function encodeSubType(w: Writer, type: SubType): void {
  if (!type.final || type.supertypes.length > 0) {
    w.byte(type.final ? 0x4f : 0x50);
    w.vector(type.supertypes, encodeIndex);
  }
  encodeCompositeType(w, type.composite);
}

export function encodeRecGroup(w: Writer, group: RecGroup): void {
  if (group.length === 1) return encodeSubType(w, group[0]!);
  w.byte(0x4e);
  w.vector(group, encodeSubType);
}

function encodeLimits(w: Writer, limits: Limits): void {
  w.byte(limits.max === undefined ? 0 : 1);
  w.u64(limits.min);
  if (limits.max !== undefined) w.u64(limits.max);
}

export function encodeTableType(w: Writer, type: TableType): void {
  encodeValType(w, type.element);
  encodeLimits(w, type.limits);
}

export function encodeMemoryType(w: Writer, type: MemoryType): void {
  encodeLimits(w, type.limits);
}

export function encodeGlobalType(w: Writer, type: GlobalType): void {
  encodeValType(w, type.type);
  w.byte(type.mutable ? 1 : 0);
}

export function encodeTagType(w: Writer, type: TagType): void {
  w.byte(0);
  w.u32(type.typeIndex);
}
