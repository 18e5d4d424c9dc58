/**
 * The null collector: a bump allocator that never frees anything. It has no barriers and no counts, hence
 * nothing to get wrong, which makes it the reference for what programs should compute.
 *
 * The 8-byte header holds the object's size in the low 26 bits of word 0. Source: docs/collector.md, "Null
 * collector".
 */
import { GcHeap, HostData, KIND_MASK, NO_TYPE } from '../heap/gc-heap.ts';
import type { StackRoots } from '../heap/gc-heap.ts';
import type { Layouts } from '../heap/layout.ts';

export const NULL_HEADER_BYTES = 8;
/** First byte that is given out. Byte 0 is taken, because 0 is null. */
const FIRST_BYTE = 1;
/** The largest size that a header has room for. */
const MAX_BYTES = ~KIND_MASK;

export class NullHeap extends GcHeap {
  readonly headerBytes = NULL_HEADER_BYTES;
  readonly hostData: HostData = new HostData();
  liveAfterCollection = 0;
  /** First byte that was never allocated. */
  bump = FIRST_BYTE;

  override renew(layouts: Layouts): void {
    super.renew(layouts);
    this.bump = FIRST_BYTE;
    this.liveAfterCollection = 0;
  }

  override allocate(kind: number, typeId: number, bytes: number): number {
    if (this.capacity === 0 && this.options.initialBytes > 0) this.create();
    if (bytes > MAX_BYTES) return 0;
    const ref = alignUp(this.bump, this.alignment(typeId));
    if (ref + bytes > this.capacity) return 0;
    this.i32[ref >> 2] = kind | bytes;
    this.i32[(ref >> 2) + 1] = typeId;
    this.bump = ref + bytes;
    this.counters.allocations++;
    return ref;
  }

  /** 16 for objects with a vector in them, so that it is aligned in memory. */
  protected alignment(typeId: number): number {
    return typeId === NO_TYPE ? 8 : this.layouts.of(typeId).alignment;
  }

  override grow(bytes: number): boolean {
    return bytes <= MAX_BYTES && this.enlarge(alignUp(alignUp(this.bump, 16) + bytes, 8) - this.capacity);
  }

  /** It stays allocated, like everything else. */
  override abandon(): void {}

  override readBarrier(): boolean {
    return false;
  }
  override initBarrier(cells: Int32Array, index: number, ref: number): void {
    cells[index] = ref;
  }
  override writeBarrier(cells: Int32Array, index: number, ref: number): void {
    cells[index] = ref;
  }
  override expose(): void {}
  override adopt(): void {}
  override clone(): void {}
  override drop(): void {}

  override collectionDue(): boolean {
    return false;
  }
  override collect(_stackRoots: StackRoots): void {
    this.counters.collections++;
    this.liveAfterCollection = this.bump - 1;
  }
}

function alignUp(offset: number, alignment: number): number {
  return (offset + alignment - 1) & -alignment;
}
