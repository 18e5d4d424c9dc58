/**
 * What an object's header says about its size, read from the raw words: nothing here calls a method of the
 * heap, so that whoever checks a collector does not depend on it.
 */
import type { GcHeap } from './gc-heap.ts';
import { KIND_MASK, NO_TYPE, ObjectKind } from './gc-heap.ts';
import { EXTERN_BODY_BYTES } from './layout.ts';
import type { ObjectLayout } from './layout.ts';

export type ObjectKindName = 'struct' | 'array' | 'exception' | 'extern';

/** Undefined when the header word is no object's. */
export function objectKindName(header: number): ObjectKindName | undefined {
  switch (header & KIND_MASK) {
    case ObjectKind.struct:
      return 'struct';
    case ObjectKind.array:
      return 'array';
    case ObjectKind.exn:
      return 'exception';
    case ObjectKind.extern:
      return 'extern';
    default:
      return undefined;
  }
}

/** Layout of the object at `address`; undefined for host objects, and when kind and type do not go together. */
export function layoutAt(heap: GcHeap, address: number): ObjectLayout | undefined {
  const kind = objectKindName(heap.i32[address >> 2]!);
  const typeId = heap.i32[(address >> 2) + 1]!;
  if (kind === undefined || kind === 'extern' || typeId < 0) return undefined;
  const layout = heap.layouts.of(typeId);
  return layout.kind === kind ? layout : undefined;
}

/**
 * Bytes that the object at `address` must have by its kind, type and length, header included, unrounded;
 * 0 when there is no object.
 */
export function objectBytesAt(heap: GcHeap, address: number): number {
  const word = address >> 2;
  if ((heap.i32[word]! & KIND_MASK) === ObjectKind.extern) {
    return heap.i32[word + 1] === NO_TYPE ? heap.headerBytes + EXTERN_BODY_BYTES : 0;
  }
  const layout = layoutAt(heap, address);
  if (layout === undefined) return 0;
  if (layout.kind !== 'array') return heap.headerBytes + layout.bodyBytes;
  const length = heap.i32[(address + heap.headerBytes) >> 2]! >>> 0;
  return heap.headerBytes + layout.elementsOffset + length * layout.elementBytes;
}
