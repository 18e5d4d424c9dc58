/**
 * Lists the objects of a bump-allocated heap from raw words, as `drc-walk.ts` does for a counted one.
 */
import type { GcHeap } from './gc-heap.ts';
import { KIND_MASK } from './gc-heap.ts';
import type { Defect } from './drc-walk.ts';
import { objectBytesAt } from './object-size.ts';
import { hex } from '../outcome.ts';

/** What a bump allocator keeps besides the heap's words. */
export interface BumpState extends GcHeap {
  readonly bump: number;
}

/**
 * Objects must fill the heap up to the bump pointer (H11), apart from the 8 bytes that align a vector.
 * @param addresses receives the addresses of the objects, ascending
 */
export function walkBumpHeap(heap: BumpState, addresses: number[]): Defect | undefined {
  addresses.length = 0;
  let end = heap.headerBytes;
  while (end < heap.bump) {
    let address = (end + 7) & -8;
    // Nothing writes to the gap before a vector's object, and what it holds is no header.
    if ((address & 8) !== 0 && objectBytesAt(heap, address) === 0) address += 8;
    const bytes = objectBytesAt(heap, address);
    if (bytes === 0 || bytes !== (heap.i32[address >> 2]! & ~KIND_MASK) || address + bytes > heap.bump) {
      return { invariant: 'H11', address, message: `${hex(address)} lies below the bump pointer ${hex(heap.bump)}, so it must be an object that ends there` };
    }
    addresses.push(address);
    end = address + bytes;
  }
  return undefined;
}
