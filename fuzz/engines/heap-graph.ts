/**
 * The reachable heap as a sequence of words that says nothing about addresses.
 *
 * Objects are numbered in the order in which a walk from the roots meets them, and a reference is written as
 * the number of its object, so that two heaps give the same words exactly if there is an isomorphism between
 * them that keeps roots, identity, types and contents. Type ids and function addresses are written as they
 * are: stores that share a registry and do the same things in the same order agree on them.
 */
import { KIND_MASK, ObjectKind } from '#runtime/heap/gc-heap.ts';
import type { SlotKind } from '#runtime/heap/layout.ts';
import { objectBytesAt } from '#runtime/heap/object-size.ts';
import { Fault, hex } from '#runtime/outcome.ts';
import type { Store } from '#runtime/store.ts';
import type { HeapGraph } from './observation.ts';

/** Objects of any collector are aligned to this. */
const ALIGNMENT = 8;

/** Scratch memory, kept between walks. */
let words = new Int32Array(1024);
let length = 0;
/** Number of the object at an address over `ALIGNMENT`, plus one; 0 where none was met. */
let numbers = new Int32Array(0);
/** Addresses by number. */
let objects = new Int32Array(256);
let count = 0;

export interface WalkedHeap {
  readonly graph: HeapGraph;
  /** Number of an object that the walk met. Good until the next walk. */
  readonly nodeOf: (ref: number) => number;
}

/**
 * Walks everything that globals, tables, passive element segments, `results` and the pending exception reach.
 * @param results references, null and i31 included
 * @throws Fault H7, H4 where a reference leads to no object
 */
export function walkHeap(store: Store, results: readonly number[]): WalkedHeap {
  const { heap } = store;
  prepare(heap.capacity);
  writeRoots(store, results);
  for (let node = 0; node < count; node++) writeObject(store, objects[node]!);
  const graph = { words: words.slice(0, length), objects: count };
  return { graph, nodeOf: (ref) => numbers[ref / ALIGNMENT]! - 1 };
}

function prepare(capacity: number): void {
  const positions = Math.ceil(capacity / ALIGNMENT);
  if (numbers.length < positions) numbers = new Int32Array(positions);
  else numbers.fill(0, 0, positions);
  length = 0;
  count = 0;
}

function write(word: number): void {
  if (length === words.length) words = grown(words);
  words[length++] = word;
}
function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * array.length);
  more.set(array);
  return more;
}

/** Null and i31 as they are; objects as even numbers from 2 on. */
function writeRef(store: Store, ref: number): void {
  write(ref === 0 || (ref & 1) === 1 ? ref : 2 * numberOf(store, ref));
}
/** Number of an object plus one; it is visited later, if it was not before. */
function numberOf(store: Store, ref: number): number {
  store.heap.assertInside(ref);
  const known = numbers[ref / ALIGNMENT]!;
  if (known !== 0) return known;
  assertObject(store, ref);
  if (count === objects.length) objects = grown(objects);
  objects[count++] = ref;
  numbers[ref / ALIGNMENT] = count;
  return count;
}

function assertObject({ heap, registry }: Store, ref: number): void {
  const kind = heap.kindOf(ref);
  const typeId = heap.typeIdOf(ref);
  const known = kind === ObjectKind.extern || (typeId >= 0 && typeId < registry.size);
  const bytes = known ? objectBytesAt(heap, ref) : 0;
  if (bytes === 0 || ref + bytes > heap.capacity) {
    throw new Fault('H4', `${hex(ref)} is reachable, so it must be an object, but its header is ${hex(heap.i32[ref >> 2]!)} ${hex(typeId)}`, ref);
  }
}

function writeRoots(store: Store, results: readonly number[]): void {
  const { globals, tables, elements, pendingException } = store;
  for (const { slot, cells } of globals) writeCells(store, slot, cells, 1);
  for (const { slot, cells, length: entries } of tables) {
    write(entries);
    writeCells(store, slot, cells, entries);
  }
  for (const { slot, cells } of elements) {
    write(cells.length);
    writeCells(store, slot, cells, cells.length);
  }
  for (const ref of results) writeRef(store, ref);
  writeRef(store, pendingException[0]!);
}

/** Cells outside the heap: a reference to a function is its address there. */
function writeCells(store: Store, slot: SlotKind, cells: Int32Array, entries: number): void {
  if (slot === 'ref') for (let i = 0; i < entries; i++) writeRef(store, cells[i]!);
  else {
    const size = slot === 'w128' ? 4 : slot === 'w64' ? 2 : 1;
    for (let i = 0; i < size * entries; i++) write(cells[i]!);
  }
}

function writeObject(store: Store, address: number): void {
  const { heap } = store;
  const body = address + heap.headerBytes;
  const typeId = heap.typeIdOf(address);
  write(heap.i32[address >> 2]! & KIND_MASK);
  write(typeId);
  if (heap.kindOf(address) === ObjectKind.extern) {
    write(heap.hostData.get(heap.i32[body >> 2]!) as number);
    return;
  }
  const layout = heap.layouts.of(typeId);
  if (layout.kind !== 'array') {
    // Which tag an exception has is not in its type.
    if (layout.kind === 'exception') write(heap.i32[(body >> 2) + 1]!);
    const { fields } = layout;
    for (let i = 0; i < fields.length; i++) writeSlot(store, fields[i]!.kind, body + fields[i]!.offset);
    return;
  }
  const elements = heap.i32[body >> 2]!;
  write(elements);
  for (let i = 0; i < elements; i++) writeSlot(store, layout.element, body + layout.elementsOffset + i * layout.elementBytes);
}

function writeSlot(store: Store, kind: SlotKind, address: number): void {
  const { heap } = store;
  const { i32 } = heap;
  switch (kind) {
    case 'ref':
      writeRef(store, i32[address >> 2]!);
      break;
    case 'w32':
    case 'i31':
      write(i32[address >> 2]!);
      break;
    case 'w64':
      write(i32[address >> 2]!);
      write(i32[(address >> 2) + 1]!);
      break;
    case 'i8':
      write(heap.u8[address]!);
      break;
    case 'i16':
      write(heap.u16[address >> 1]!);
      break;
    case 'func':
      write(store.functionIds.addressOf(i32[address >> 2]!));
      break;
    case 'w128':
      for (let i = 0; i < 4; i++) write(i32[(address >> 2) + i]!);
  }
}
