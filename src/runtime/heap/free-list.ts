/**
 * The free space of a heap: a bump region, and blocks sorted by address.
 *
 * Allocation takes from the bump region first. When that is too small, what is left of it becomes a block,
 * and the best fitting block (the lowest one among equals) becomes the bump region as a whole, so that
 * nothing is ever split. Neighbouring blocks are always merged; a block that ends where the bump region
 * begins is merged with it only when it is the highest block, as in Wasmtime, whose addresses we want.
 *
 * Invariants (H10, `freeListDefect`): everything is a multiple of 16; blocks are in ascending order with
 * something allocated between them; the bump region overlaps none of them. Bytes 0 to 15 belong to nobody,
 * because 0 is null. Source: docs/collector.md, "Free list".
 */
import { INLINE_WORDS, doubled } from '#util/typed-arrays.ts';
import { Fault, hex } from '../outcome.ts';

/** Objects start at multiples of this and take up multiples of this. */
export const GRANULE = 16;
/** Where the first object lies. */
export const FIRST_ADDRESS = GRANULE;

/** Bytes that an object of so many bytes takes up. */
export function alignedBytes(bytes: number): number {
  return Math.ceil(bytes / GRANULE) * GRANULE;
}
function floorToGranule(bytes: number): number {
  return bytes & -GRANULE;
}

/** What there is to know about free space, readable without trusting the methods that maintain it. */
export interface FreeSpace {
  readonly capacity: number;
  /** The bump region is `[bump, bumpEnd)`. */
  readonly bump: number;
  readonly bumpEnd: number;
  /** The first `blocks` entries are the addresses of the blocks, ascending. */
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  readonly blocks: number;
}

export class FreeList implements FreeSpace {
  capacity = 0;
  bump = FIRST_ADDRESS;
  bumpEnd = FIRST_ADDRESS;
  starts: Int32Array = new Int32Array(INLINE_WORDS);
  lengths: Int32Array = new Int32Array(INLINE_WORDS);
  blocks = 0;

  /**
   * @param bytes a positive multiple of 16
   * @returns an address, or 0 when no free range is large enough
   */
  allocate(bytes: number): number {
    const address = this.bump;
    if (address + bytes > this.bumpEnd) return this.allocateFromBlock(bytes);
    this.bump = address + bytes;
    return address;
  }

  protected allocateFromBlock(bytes: number): number {
    const { bump, bumpEnd } = this;
    this.bump = this.bumpEnd = FIRST_ADDRESS;
    // Not `release`: if `bump` is 16, it would take the range for an extension of the now empty bump region.
    if (bump < bumpEnd) this.insert(bump, bumpEnd - bump);
    const best = this.bestFit(bytes);
    if (best < 0) return 0;
    const address = this.starts[best]!;
    this.bump = address + bytes;
    this.bumpEnd = address + this.lengths[best]!;
    this.remove(best);
    return address;
  }

  /** Position of the shortest block with enough bytes, the lowest among equals, or -1. */
  protected bestFit(bytes: number): number {
    let best = -1;
    let bestLength = Infinity;
    for (let i = 0; i < this.blocks; i++) {
      const length = this.lengths[i]!;
      if (length === bytes) return i;
      if (length > bytes && length < bestLength) {
        best = i;
        bestLength = length;
      }
    }
    return best;
  }

  /**
   * Gives a range back.
   * @throws Fault H9 when part of it is free already
   */
  release(start: number, bytes: number): void {
    const end = start + bytes;
    if (end === this.bump) {
      this.bump = start;
      this.absorbBelow();
    } else if (start === this.bumpEnd) {
      this.bumpEnd = end;
      this.absorbAbove();
    } else {
      if (start < this.bumpEnd && end > this.bump) throw releasedTwice(start);
      this.insert(start, bytes);
      this.absorbBelow();
    }
  }

  /** More capacity, at the end. */
  grow(bytes: number): void {
    const start = Math.max(FIRST_ADDRESS, floorToGranule(this.capacity));
    this.capacity += bytes;
    const end = floorToGranule(this.capacity);
    if (end > start) this.release(start, end - start);
  }

  /** The highest block joins the bump region if it ends where that begins. */
  protected absorbBelow(): void {
    const last = this.blocks - 1;
    if (last < 0) return;
    const start = this.starts[last]!;
    const end = start + this.lengths[last]!;
    if (end !== this.bump) return;
    this.bump = start;
    this.remove(last);
  }

  /** The block that starts where the bump region ends joins it. */
  protected absorbAbove(): void {
    const next = this.firstAbove(this.bumpEnd - 1);
    if (next === this.blocks) return;
    if (this.starts[next] === this.bumpEnd) {
      this.bumpEnd += this.lengths[next]!;
      this.remove(next);
    }
  }

  /** Adds a block and merges it with its neighbours. */
  protected insert(start: number, bytes: number): void {
    const { starts, lengths } = this;
    const next = this.firstAbove(start);
    const previous = next - 1;
    const previousEnd = previous < 0 ? 0 : starts[previous]! + lengths[previous]!;
    const nextStart = next === this.blocks ? Infinity : starts[next]!;
    if (previousEnd > start || start + bytes > nextStart) throw releasedTwice(start);
    if (previousEnd === start) {
      lengths[previous]! += bytes;
      if (start + bytes === nextStart) {
        lengths[previous]! += lengths[next]!;
        this.remove(next);
      }
    } else if (start + bytes === nextStart) {
      starts[next] = start;
      lengths[next]! += bytes;
    } else {
      this.insertAt(next, start, bytes);
    }
  }

  /** Position of the first block that starts above `address`. */
  protected firstAbove(address: number): number {
    let low = 0;
    let high = this.blocks;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle]! > address) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  protected insertAt(position: number, start: number, bytes: number): void {
    if (this.blocks === this.starts.length) {
      this.starts = doubled(this.starts);
      this.lengths = doubled(this.lengths);
    }
    this.starts.copyWithin(position + 1, position, this.blocks);
    this.lengths.copyWithin(position + 1, position, this.blocks);
    this.starts[position] = start;
    this.lengths[position] = bytes;
    this.blocks++;
  }

  protected remove(position: number): void {
    this.starts.copyWithin(position, position + 1, this.blocks);
    this.lengths.copyWithin(position, position + 1, this.blocks);
    this.blocks--;
  }
}

function releasedTwice(start: number): Fault {
  return new Fault('H9', `the range at ${hex(start)} is released, so it must be allocated, but part of it is free already`, start);
}

/** A sentence about the first broken invariant of a free list, or undefined (H10). */
export function freeListDefect(space: FreeSpace): string | undefined {
  const { bump, bumpEnd, capacity } = space;
  if ((bump | bumpEnd) % GRANULE !== 0) return `the bump region ${range(bump, bumpEnd)} is not aligned to ${GRANULE}`;
  if (bump > bumpEnd) return `the bump region ${range(bump, bumpEnd)} ends before it begins`;
  if (bump < FIRST_ADDRESS || bumpEnd > Math.max(FIRST_ADDRESS, capacity)) {
    return `the bump region ${range(bump, bumpEnd)} does not lie within the heap of ${capacity} bytes`;
  }
  let previousEnd = 0;
  for (let i = 0; i < space.blocks; i++) {
    const start = space.starts[i]!;
    const end = start + space.lengths[i]!;
    if ((start | end) % GRANULE !== 0) return `the free block ${range(start, end)} is not aligned to ${GRANULE}`;
    if (start < FIRST_ADDRESS || end > capacity || start >= end) {
      return `the free block ${range(start, end)} does not lie within the heap of ${capacity} bytes`;
    }
    if (start <= previousEnd) return `the free block ${range(start, end)} begins within or right after the one before it`;
    if (start < bumpEnd && end > bump) return `the free block ${range(start, end)} overlaps the bump region ${range(bump, bumpEnd)}`;
    previousEnd = end;
  }
  return undefined;
}

function range(start: number, end: number): string {
  return `${hex(start)}..${hex(end)}`;
}
