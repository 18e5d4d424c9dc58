/**
 * A read-only picture of a heap for tests, explanations and reports. Slow; it copies everything.
 */
import { DrcHeap } from '../collectors/drc.ts';
import { NullHeap } from '../collectors/null.ts';
import { BYTES_WORD, LISTED, NEXT_WORD } from './drc-header.ts';
import { ObjectWalk, storedCount } from './drc-walk.ts';
import type { GcHeap } from './gc-heap.ts';
import type { SlotKind } from './layout.ts';
import { walkBumpHeap } from './null-walk.ts';
import { layoutAt, objectBytesAt, objectKindName } from './object-size.ts';
import type { ObjectKindName } from './object-size.ts';

export interface SlotSnapshot {
  readonly kind: SlotKind;
  /** Heap address of the slot. */
  readonly address: number;
  /** The word at that address. Wide slots have more, narrow ones share it. */
  readonly word: number;
}
export interface ObjectSnapshot {
  readonly address: number;
  readonly kind: ObjectKindName;
  /** -1 for host objects. */
  readonly typeId: number;
  /** Header included, unrounded. */
  readonly bytes: number;
  /** Undefined where objects have no count. */
  readonly count: number | undefined;
  readonly listed: boolean;
  /** Fields or elements, in order. */
  readonly slots: readonly SlotSnapshot[];
}
export interface Range {
  readonly start: number;
  readonly end: number;
}
export interface HeapSnapshot {
  readonly capacity: number;
  /** In address order; those before the first defect, if the heap is corrupt. */
  readonly objects: readonly ObjectSnapshot[];
  /** Members of the stack-root list, most recent first. */
  readonly list: readonly number[];
  /** Objects that wait for their release, oldest first. */
  readonly pending: readonly number[];
  /** The bump region, which may be empty. */
  readonly bump: Range;
  /** In address order. */
  readonly freeBlocks: readonly Range[];
}

export function snapshot(heap: GcHeap): HeapSnapshot {
  if (heap instanceof DrcHeap) return drcSnapshot(heap);
  if (heap instanceof NullHeap) return nullSnapshot(heap);
  throw new Error('there is no snapshot of this collector');
}

function drcSnapshot(heap: DrcHeap): HeapSnapshot {
  const walk = new ObjectWalk();
  walk.run(heap);
  const { bump, bumpEnd, starts, lengths, blocks } = heap.freeList;
  return {
    capacity: heap.capacity,
    objects: Array.from(walk.addresses.subarray(0, walk.count), (address) => objectSnapshot(heap, address)),
    list: listOf(heap),
    pending: heap.pending.toArray(),
    bump: { start: bump, end: bumpEnd },
    freeBlocks: Array.from({ length: blocks }, (_, i) => ({ start: starts[i]!, end: starts[i]! + lengths[i]! })),
  };
}

function nullSnapshot(heap: NullHeap): HeapSnapshot {
  const addresses: number[] = [];
  walkBumpHeap(heap, addresses);
  return {
    capacity: heap.capacity,
    objects: addresses.map((address) => objectSnapshot(heap, address)),
    list: [],
    pending: [],
    bump: { start: heap.bump, end: heap.capacity },
    freeBlocks: [],
  };
}

function listOf({ i32, listHead, listLength }: DrcHeap): number[] {
  const list: number[] = [];
  for (let ref = listHead; ref !== 0 && list.length < listLength; ref = i32[(ref >> 2) + NEXT_WORD]!) list.push(ref);
  return list;
}

function objectSnapshot(heap: GcHeap, address: number): ObjectSnapshot {
  const word = address >> 2;
  const counted = heap instanceof DrcHeap;
  return {
    address,
    kind: objectKindName(heap.i32[word]!)!,
    typeId: heap.i32[word + 1]!,
    bytes: counted ? heap.i32[word + BYTES_WORD]! : objectBytesAt(heap, address),
    count: counted ? storedCount(heap, address) : undefined,
    listed: counted && (heap.i32[word]! & LISTED) !== 0,
    slots: slotsAt(heap, address),
  };
}

function slotsAt(heap: GcHeap, address: number): SlotSnapshot[] {
  const layout = layoutAt(heap, address);
  if (layout === undefined) return [];
  const body = address + heap.headerBytes;
  const slot = (kind: SlotKind, at: number): SlotSnapshot => ({ kind, address: at, word: heap.i32[at >> 2]! });
  if (layout.kind !== 'array') return layout.fields.map(({ kind, offset }) => slot(kind, body + offset));
  const { element, elementBytes, elementsOffset } = layout;
  return Array.from({ length: heap.i32[body >> 2]! }, (_, i) => slot(element, body + elementsOffset + i * elementBytes));
}
