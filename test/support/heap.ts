/** Small heaps for tests that drive a collector by hand. */
import { GlobalInstance } from '#runtime/cells.ts';
import type { CountedCells } from '#runtime/cells.ts';
import { HostRoots } from '#runtime/host-roots.ts';
import { DrcHeap } from '#runtime/collectors/drc.ts';
import { ObjectKind } from '#runtime/heap/gc-heap.ts';
import type { GcHeap } from '#runtime/heap/gc-heap.ts';
import { Layouts } from '#runtime/heap/layout.ts';
import { DEFAULT_HEAP_OPTIONS } from '#runtime/options.ts';
import type { HeapOptions } from '#runtime/options.ts';
import { ValType } from '#wasm/syntax/types.ts';
import type { CompositeType, StorageType } from '#wasm/syntax/types.ts';
import type { TypeRegistry } from '#wasm/valid/type-registry.ts';

export const struct = (...storages: StorageType[]): CompositeType => ({
  kind: 'struct',
  fields: storages.map((storage) => ({ storage, mutable: true })),
});
export const array = (storage: StorageType): CompositeType => ({ kind: 'array', element: { storage, mutable: true } });
export const func = (...params: ValType[]): CompositeType => ({ kind: 'func', params, results: [] });

/** Type ids of `TYPES`. */
export const NODE = 0;
export const ARRAY = 1;
export const TAG = 2;
export const VECTOR = 3;
export const LEAF = 4;
export const BYTES = 5;
export const TYPES: readonly CompositeType[] = [
  struct(ValType.anyref),
  array(ValType.anyref),
  func(ValType.anyref),
  struct(ValType.v128),
  struct(),
  array(-8 as StorageType),
];

export function layoutsOf(types: readonly CompositeType[] = TYPES): Layouts {
  return new Layouts({ composite: (id: number) => types[id]! } as unknown as TypeRegistry);
}

export const CHECKED: HeapOptions = { ...DEFAULT_HEAP_OPTIONS, poison: true, integrity: true };

export const NO_STACKS = (): void => {};
export const stacksOf = (...refs: number[]) => (visit: (ref: number) => void): void => refs.forEach(visit);

export function emptyCells(heap: GcHeap): CountedCells & { globals: GlobalInstance[] } {
  return { globals: [], tables: [], elements: [], roots: new HostRoots(heap), pendingException: new Int32Array(1) };
}
export function globalCell(): GlobalInstance {
  return new GlobalInstance({ type: ValType.anyref, mutable: true }, 'ref', new Int32Array(4));
}

/** Allocates after the policy of growing or collecting, in its simplest form: grow. */
export function allocate(heap: GcHeap, kind: number, typeId: number, bodyBytes: number): number {
  const bytes = heap.headerBytes + bodyBytes;
  let ref = heap.allocate(kind, typeId, bytes);
  if (ref === 0 && heap.grow(bytes)) ref = heap.allocate(kind, typeId, bytes);
  if (ref === 0) throw new Error('out of memory');
  return ref;
}

/** What `struct.new $node` does. */
export function newNode(heap: GcHeap, next: number): number {
  const ref = allocate(heap, ObjectKind.struct, NODE, 8);
  heap.expose(ref);
  heap.initBarrier(heap.i32, slot(heap, ref), next);
  return ref;
}

/** What `array.new_fixed` does. */
export function newArray(heap: GcHeap, ...elements: number[]): number {
  const ref = allocate(heap, ObjectKind.array, ARRAY, 4 + 4 * elements.length);
  heap.expose(ref);
  heap.i32[slot(heap, ref)] = elements.length;
  elements.forEach((element, i) => heap.initBarrier(heap.i32, slot(heap, ref) + 1 + i, element));
  return ref;
}

/** What the host does for a new externref; the caller owns the count. */
export function newExtern(heap: GcHeap, value: unknown): number {
  const ref = allocate(heap, ObjectKind.extern, -1, 8);
  heap.i32[slot(heap, ref)] = heap.hostData.add(value);
  return ref;
}

/** Index of the first word of an object's body. */
export function slot(heap: GcHeap, ref: number): number {
  return (ref + heap.headerBytes) >> 2;
}

export function drcHeap(options: HeapOptions = CHECKED): DrcHeap {
  return new DrcHeap(options, layoutsOf());
}
