/**
 * Checks of a reference-counted heap's structure: list, free space, objects. They read words and plain state
 * and call no method of the collector, which is what they are there to check.
 */
import type { IntStack } from '#util/int-stack.ts';
import type { GcHeap } from './gc-heap.ts';
import { POISON_BYTE } from './gc-heap.ts';
import { BYTES_WORD, COUNT_HIGH_WORD, COUNT_WORD, LISTED, MARKED, NEXT_WORD } from './drc-header.ts';
import { FIRST_ADDRESS, GRANULE, freeListDefect } from './free-list.ts';
import type { FreeSpace } from './free-list.ts';
import { objectBytesAt, objectKindName } from './object-size.ts';
import { hex } from '../outcome.ts';

/** What a reference-counting collector keeps besides the heap's words. */
export interface DrcState extends GcHeap {
  readonly freeList: FreeSpace;
  readonly listHead: number;
  readonly listLength: number;
  readonly pending: IntStack;
  readonly allocatedBytes: number;
}

/** A broken invariant of the heap's structure, by the model's id. */
export interface Defect {
  readonly invariant: string;
  readonly message: string;
  /** Heap address concerned. */
  readonly address?: number;
}

function defect(invariant: string, address: number, message: string): Defect {
  return { invariant, message, address };
}

/** Both words of the count. */
export function storedCount(heap: GcHeap, address: number): number {
  const word = address >> 2;
  return (heap.i32[word + COUNT_WORD]! >>> 0) + (heap.i32[word + COUNT_HIGH_WORD]! >>> 0) * 2 ** 32;
}

/** The objects of a heap in address order, found without asking the collector. Reusable. */
export class ObjectWalk {
  /** The first `count` entries. */
  addresses: Int32Array = new Int32Array(256);
  count = 0;
  /** Bytes that the objects take up, rounding included. */
  bytes = 0;
  /** How many of them have the flag. */
  listed = 0;
  marked = 0;

  /**
   * Whatever the free list does not claim must be an object, and both together must fill the heap (H11).
   * The free list itself has to be sound.
   */
  run(heap: DrcState): Defect | undefined {
    const { i32, freeList } = heap;
    const { bump, bumpEnd, starts, lengths, blocks } = freeList;
    const end = heap.capacity & -GRANULE;
    let address = FIRST_ADDRESS;
    let block = 0;
    let bumpSeen = bump === bumpEnd;
    this.count = this.bytes = this.listed = this.marked = 0;
    while (address < end) {
      if (address === bump && !bumpSeen) {
        bumpSeen = true;
        address = bumpEnd;
        continue;
      }
      if (block < blocks && starts[block] === address) {
        address += lengths[block++]!;
        continue;
      }
      const bytes = objectBytesAt(heap, address);
      const wrong = sizeDefect(heap, address, bytes);
      if (wrong !== undefined) return wrong;
      if (this.count === this.addresses.length) this.#makeRoom();
      this.addresses[this.count++] = address;
      const header = i32[address >> 2]!;
      if ((header & LISTED) !== 0) this.listed++;
      if ((header & MARKED) !== 0) this.marked++;
      // No overflow: the object ends inside the heap.
      const aligned = (bytes + GRANULE - 1) & -GRANULE;
      this.bytes += aligned;
      address += aligned;
    }
    if (block < blocks) return defect('H11', starts[block]!, `the free block at ${hex(starts[block]!)} lies within an object`);
    if (!bumpSeen && end > 0) return defect('H11', bump, `the bump region at ${hex(bump)} lies within an object`);
    return undefined;
  }

  #makeRoom(): void {
    const more = new Int32Array(this.count * 2);
    more.set(this.addresses);
    this.addresses = more;
  }
}

function sizeDefect(heap: DrcState, address: number, bytes: number): Defect | undefined {
  if (bytes === 0) {
    const word = address >> 2;
    return defect('H11', address, `${hex(address)} is not free, so it must be an object, but its header is ${hex(heap.i32[word]!)} ${hex(heap.i32[word + 1]!)}`);
  }
  const stored = heap.i32[(address >> 2) + BYTES_WORD]! >>> 0;
  if (stored !== bytes) {
    return defect('H11', address, `${hex(address)} must have ${bytes} bytes by its type and length, but its header says ${stored}`);
  }
  if (address + bytes > heap.capacity) return defect('H11', address, `${hex(address)} has ${bytes} bytes, which must end inside the heap`);
  return undefined;
}

/** Follows the stack-root list (L3 to L7). */
export function listDefect(heap: DrcState): Defect | undefined {
  const { i32, listLength } = heap;
  let ref = heap.listHead;
  for (let i = 0; i < listLength; i++) {
    if (ref === 0) return defect('L7', heap.listHead, `the stack-root list must have ${listLength} members, but has ${i}`);
    const word = ref >> 2;
    const header = i32[word] ?? 0;
    if (objectKindName(header) === undefined) return defect('L3', ref, `${hex(ref)} is in the stack-root list, so it must be an object, but its header is ${hex(header)}`);
    if ((header & LISTED) === 0) return defect('L4', ref, `${hex(ref)} is in the stack-root list, so its header must say so`);
    if (i32[word + COUNT_WORD]! <= 0) return defect('L5', ref, `${hex(ref)} is in the stack-root list, so it must have a count, but has ${i32[word + COUNT_WORD]!}`);
    ref = i32[word + NEXT_WORD]!;
  }
  if (ref === 0) return undefined;
  // Longer than it should be. That each member is listed, and how many objects are, tells L6 from L7.
  return defect('L7', ref, `the stack-root list must end after ${listLength} members, but ${hex(ref)} follows or it runs in a circle`);
}

/** Bytes that belong to no object must hold the poison (H3). The walk must have run. */
export function poisonDefect(heap: DrcState, walk: ObjectWalk): Defect | undefined {
  if (!heap.options.poison || heap.capacity === 0) return undefined;
  const { bump, bumpEnd, starts, lengths, blocks } = heap.freeList;
  let at = unpoisonedByte(heap.u8, 0, FIRST_ADDRESS);
  if (at < 0) at = unpoisonedByte(heap.u8, bump, bumpEnd);
  for (let i = 0; i < blocks && at < 0; i++) at = unpoisonedByte(heap.u8, starts[i]!, starts[i]! + lengths[i]!);
  for (let i = 0; i < walk.count && at < 0; i++) {
    const end = walk.addresses[i]! + heap.i32[(walk.addresses[i]! >> 2) + BYTES_WORD]!;
    if (end % GRANULE !== 0) at = unpoisonedByte(heap.u8, end, (end + GRANULE - 1) & -GRANULE);
  }
  if (at < 0) return undefined;
  return defect('H3', at, `${hex(at)} belongs to no object, so it must hold the poison, but it was written to`);
}

/** Bytes from which on a native call pays. */
const NATIVE_COMPARISON = 64;
const POISON = Buffer.alloc(1 << 16, POISON_BYTE);

/** Address of the first byte in a range that is not poison, or -1. */
function unpoisonedByte(bytes: Uint8Array, start: number, end: number): number {
  // A native comparison takes a tenth of the time of a loop, and there is a page to look at each time.
  for (let from = start; from < end; from += POISON.length) {
    const to = Math.min(end, from + POISON.length);
    if (to - from >= NATIVE_COMPARISON && POISON.compare(bytes, from, to, 0, to - from) === 0) continue;
    for (let i = from; i < to; i++) if (bytes[i] !== POISON_BYTE) return i;
  }
  return -1;
}

/**
 * Everything there is to say about the structure of the heap at a safe point, or at the start or end of a collection.
 * @param walk is run, for the caller to use
 */
export function structureDefect(heap: DrcState, walk: ObjectWalk): Defect | undefined {
  return orderDefect(heap, walk) ?? poisonDefect(heap, walk);
}

/**
 * The same without the poison: free space, objects, list.
 * @param walk is run, for the caller to use
 */
export function orderDefect(heap: DrcState, walk: ObjectWalk): Defect | undefined {
  const free = freeListDefect(heap.freeList);
  if (free !== undefined) return { invariant: 'H10', message: free };
  return walk.run(heap) ?? listDefect(heap) ?? totalsDefect(heap, walk);
}

function totalsDefect(heap: DrcState, walk: ObjectWalk): Defect | undefined {
  if (walk.listed !== heap.listLength) {
    return { invariant: 'L11', message: `${walk.listed} headers say that their object is in the stack-root list, but the list has ${heap.listLength} members` };
  }
  if (walk.bytes !== heap.allocatedBytes) {
    return { invariant: 'H12', message: `the objects take up ${walk.bytes} bytes, but ${heap.allocatedBytes} are said to be allocated` };
  }
  if (heap.freeList.capacity !== heap.capacity) {
    return { invariant: 'H10', message: `the free list knows ${heap.freeList.capacity} bytes of a heap of ${heap.capacity}` };
  }
  return undefined;
}
