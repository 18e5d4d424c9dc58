/**
 * Objects with reference counts: allocation, counting, and the release of what has lost its last owner.
 *
 * An object whose count reaches zero is put on the pending stack with a count of 1, and dies when that is
 * processed: at the next collection (drop policy `deferred`) or at once (`immediate`). Release needs no
 * recursion, however long the chain of objects that die of each other.
 * Each step that a planted fault may want to get wrong is a method of its own.
 * Source: docs/collector.md, whose invariants the faults name.
 */
import { IntStack } from '#util/int-stack.ts';
import { GcHeap, HostData, KIND_MASK, NO_TYPE, ObjectKind, POISON_WORD } from '../heap/gc-heap.ts';
import { BYTES_WORD, COUNT_HIGH_WORD, COUNT_WORD, DRC_HEADER_BYTES, HEADER_WORD, NEXT_WORD, TYPE_WORD } from '../heap/drc-header.ts';
import { FIRST_ADDRESS, FreeList, alignedBytes } from '../heap/free-list.ts';
import type { Layouts } from '../heap/layout.ts';
import { isObject } from '../heap/reference.ts';
import type { HeapOptions } from '../options.ts';
import { Fault, hex } from '../outcome.ts';

/** Length to which the pending stack grows for the sake of one array; the rest of the array has to wait. */
const PENDING_CHUNK = 1024;

export abstract class CountedHeap extends GcHeap {
  readonly headerBytes = DRC_HEADER_BYTES;
  readonly hostData: HostData = new HostData();
  freeList: FreeList;

  /** Objects whose last owner is gone and whose count of 1 belongs to this stack. */
  readonly pending: IntStack = new IntStack();
  /** Bytes of allocated objects, rounded as the free list does, those that are pending included. */
  allocatedBytes = 0;
  liveAfterCollection = 0;

  protected readonly poisoned: boolean;
  /** Objects that have died but whose memory is still intact. */
  protected readonly dead: IntStack = new IntStack();
  /** Arrays whose elements are pending in part: address, next element, length. */
  protected readonly longArrays: IntStack = new IntStack();

  constructor(options: HeapOptions, layouts: Layouts) {
    super(options, layouts);
    this.freeList = this.createFreeList();
    this.poisoned = options.poison;
  }

  protected createFreeList(): FreeList {
    return new FreeList();
  }

  override renew(layouts: Layouts): void {
    super.renew(layouts);
    for (const stack of [this.pending, this.dead, this.longArrays]) stack.clear();
    this.allocatedBytes = 0;
    this.liveAfterCollection = 0;
    this.freeList = this.createFreeList();
    if (this.capacity > 0) this.freeList.grow(this.capacity);
  }

  // --- Allocation ------------------------------------------------------------------------------------

  override allocate(kind: number, typeId: number, bytes: number): number {
    if (this.capacity === 0 && this.options.initialBytes > 0) this.create();
    const ref = this.takeBlock(bytes);
    if (ref === 0) return 0;
    const aligned = this.sizeToAllocate(bytes);
    if (this.poisoned) this.assertPoisoned(ref, aligned);
    const word = ref >> 2;
    const words = this.i32;
    words[word + HEADER_WORD] = kind;
    words[word + TYPE_WORD] = typeId;
    words[word + COUNT_WORD] = 1;
    words[word + COUNT_HIGH_WORD] = 0;
    words[word + NEXT_WORD] = 0;
    words[word + BYTES_WORD] = bytes;
    this.allocatedBytes += aligned;
    this.counters.allocations++;
    return ref;
  }

  /** Address of free memory for an object of so many bytes, or 0. */
  protected takeBlock(bytes: number): number {
    return bytes > this.capacity ? 0 : this.freeList.allocate(this.sizeToAllocate(bytes));
  }

  /** Bytes taken from the free list for an object of so many bytes. */
  protected sizeToAllocate(bytes: number): number {
    return (bytes + 15) & ~15;
  }

  protected override create(): void {
    super.create();
    this.freeList.grow(this.capacity);
  }

  override grow(bytes: number): boolean {
    const capacity = this.capacity;
    const usable = Math.max(FIRST_ADDRESS, capacity & ~15);
    if (!this.enlarge(usable + alignedBytes(bytes) - capacity)) return false;
    this.freeList.grow(this.capacity - capacity);
    return true;
  }

  override abandon(ref: number): void {
    this.free(ref);
  }

  // --- Counts ----------------------------------------------------------------------------------------

  /** One more owner of an object. */
  protected increment(ref: number): void {
    const word = (ref >> 2) + COUNT_WORD;
    const count = this.i32[word]!;
    if (!(count > 0)) throw this.notCounted('C1', ref, 'gets one more owner');
    this.i32[word] = count + 1;
  }

  /** @throws Fault C1 when an object that gets and loses an owner has none */
  protected assertCounted(ref: number): void {
    if (!(this.i32[(ref >> 2) + COUNT_WORD]! > 0)) throw this.notCounted('C1', ref, 'gets one more owner');
  }

  /** One owner less; without any, the object waits for its release. */
  protected decrement(ref: number): void {
    const word = (ref >> 2) + COUNT_WORD;
    const count = this.i32[word]!;
    if (!(count > 0)) throw this.notCounted('C2', ref, 'loses an owner');
    if (count === 1) this.lastOwnerGone(ref);
    else this.i32[word] = count - 1;
  }

  /** The last owner's count, which is still in the header, passes to the pending stack. */
  protected lastOwnerGone(ref: number): void {
    this.pending.push(ref);
    if (this.options.drops === 'immediate') this.processPending();
  }

  // --- Release ---------------------------------------------------------------------------------------

  /**
   * Gives back the counts on the pending stack, and those of everything that dies of it. The dead keep
   * their memory until the last of them is known, and are freed in the order of their deaths.
   */
  protected processPending(): void {
    const { pending, longArrays, dead } = this;
    while (pending.size > 0 || longArrays.size > 0) {
      if (pending.size === 0) this.continueArray();
      else this.giveBack(pending.pop());
    }
    for (let i = 0; i < dead.size; i++) this.free(dead.words[i]!);
    dead.clear();
  }

  /** Gives back one count that the pending stack owns. */
  protected giveBack(ref: number): void {
    const word = (ref >> 2) + COUNT_WORD;
    const count = this.i32[word]!;
    if (!(count > 0)) throw this.notCounted('C2', ref, 'loses an owner');
    this.i32[word] = count - 1;
    if (count === 1) this.die(ref);
  }

  /** An object without owners passes the counts it owns to the pending stack. */
  protected die(ref: number): void {
    this.assertObject(ref);
    if (this.pushChildren(ref)) this.dead.push(ref);
  }

  /** @returns false when elements of an array are left for `continueArray` */
  protected pushChildren(ref: number): boolean {
    if (this.kindOf(ref) === ObjectKind.extern) {
      this.hostData.release(this.i32[(ref + DRC_HEADER_BYTES) >> 2]!);
      return true;
    }
    const layout = this.layouts.of(this.typeIdOf(ref));
    if (layout.kind !== 'array') {
      this.pushFields(ref, layout.refOffsets);
      return true;
    }
    return layout.element !== 'ref' || this.pushElements(ref, 0, this.i32[(ref + DRC_HEADER_BYTES) >> 2]!);
  }

  protected pushFields(ref: number, refOffsets: Int32Array): void {
    for (let i = 0; i < refOffsets.length; i++) {
      const child = this.i32[(ref + DRC_HEADER_BYTES + refOffsets[i]!) >> 2]!;
      if (isObject(child)) this.pending.push(child);
    }
  }

  /** @returns false when the array is too long for one go */
  protected pushElements(ref: number, from: number, length: number): boolean {
    const end = Math.min(length, from + Math.max(0, PENDING_CHUNK - this.pending.size));
    const first = (ref + DRC_HEADER_BYTES + 4) >> 2;
    for (let i = from; i < end; i++) {
      const child = this.i32[first + i]!;
      if (isObject(child)) this.pending.push(child);
    }
    if (end === length) return true;
    this.longArrays.push(ref);
    this.longArrays.push(end);
    this.longArrays.push(length);
    return false;
  }

  protected continueArray(): void {
    const length = this.longArrays.pop();
    const from = this.longArrays.pop();
    const ref = this.longArrays.pop();
    if (this.pushElements(ref, from, length)) this.dead.push(ref);
  }

  /** Gives an object's memory back. */
  protected free(ref: number): void {
    const aligned = this.sizeToAllocate(this.i32[(ref >> 2) + BYTES_WORD]!);
    this.clearFreed(ref, aligned);
    this.allocatedBytes -= aligned;
    this.freeList.release(ref, aligned);
  }

  /** Without poison, the count of zero in what is left of the header must do to recognise a stale reference. */
  protected clearFreed(ref: number, bytes: number): void {
    this.i32[(ref >> 2) + COUNT_WORD] = 0;
    this.poison(ref, ref + bytes);
  }

  // --- Assertions ------------------------------------------------------------------------------------

  /** @throws Fault H7, H4 when there is no object at `ref` */
  protected assertObject(ref: number): void {
    this.assertInside(ref);
    const kind = this.i32[ref >> 2]! & KIND_MASK;
    const typed = kind === ObjectKind.struct || kind === ObjectKind.array || kind === ObjectKind.exn;
    if (typed ? this.typeIdOf(ref) < 0 : kind !== ObjectKind.extern || this.typeIdOf(ref) !== NO_TYPE) {
      throw new Fault('H4', `${hex(ref)} is used as a reference, so it must have an object's header, but has ${hex(this.i32[ref >> 2]!)}`, ref);
    }
  }

  protected assertPoisoned(start: number, bytes: number): void {
    for (let word = start >> 2; word < (start + bytes) >> 2; word++) {
      if (this.i32[word] !== POISON_WORD) {
        throw new Fault('H2', `${hex(start)} is handed out, so nothing may have written to it while it was free, but ${hex(word * 4)} holds ${hex(this.i32[word]!)}`, start);
      }
    }
  }

  protected notCounted(invariant: string, ref: number, event: string): Fault {
    if (isObject(ref)) this.assertObject(ref);
    const count = this.i32[(ref >> 2) + COUNT_WORD];
    return new Fault(invariant, `${hex(ref)} ${event}, so it must be alive, but its count is ${count}`, ref);
  }
}
