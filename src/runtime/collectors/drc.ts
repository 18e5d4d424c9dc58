/**
 * The deferred reference counting collector.
 *
 * Every cell that can hold an object owns one count of it, except those on Wasm stacks: what is there is
 * borrowed from the stack-root list, which owns one count of each of its members. The list is linked through
 * the headers and over-approximates the stacks: an object enters it whenever a reference may reach a stack,
 * and only a collection, which knows the stacks' contents, takes it out again. Cycles are never freed.
 *
 * An object whose count reaches zero outside a collection is put on the pending stack with a count of 1, and
 * dies in the next collection (drop policy `deferred`) or at once (`immediate`).
 *
 * Each step that a planted fault may want to get wrong is a method of its own.
 * Source: docs/collector.md, whose invariants the faults name.
 */
import { IntStack } from '#util/int-stack.ts';
import { GcHeap, HostData, KIND_MASK, NO_TYPE, ObjectKind, POISON_WORD } from '../heap/gc-heap.ts';
import type { StackRoots } from '../heap/gc-heap.ts';
import {
  BYTES_WORD,
  COUNT_HIGH_WORD,
  COUNT_WORD,
  DRC_HEADER_BYTES,
  HEADER_WORD,
  LISTED,
  MARKED,
  NEXT_WORD,
  TYPE_WORD,
} from '../heap/drc-header.ts';
import { FIRST_ADDRESS, FreeList, alignedBytes } from '../heap/free-list.ts';
import type { Layouts } from '../heap/layout.ts';
import { isObject } from '../heap/reference.ts';
import type { HeapOptions } from '../options.ts';
import { Fault, hex } from '../outcome.ts';
import { checkIntegrity } from './integrity.ts';
import type { CollectionPhase } from './integrity.ts';

/** Length to which the pending stack grows for the sake of one array; the rest of the array has to wait. */
const PENDING_CHUNK = 1024;
/** Objects beyond this size are refused by any collector with 32-bit sizes. */
const MAX_OBJECT_BYTES = 2 ** 32 - 1 - 16;

export class DrcHeap extends GcHeap {
  readonly headerBytes = DRC_HEADER_BYTES;
  readonly hostData: HostData = new HostData();
  readonly freeList: FreeList;

  /** Head of the stack-root list; 0 when it is empty. */
  listHead = 0;
  listLength = 0;
  /** Objects whose last owner is gone and whose count of 1 belongs to this stack. */
  readonly pending: IntStack = new IntStack();
  /** Bytes of allocated objects, rounded as the free list does, those that are pending included. */
  allocatedBytes = 0;
  liveAfterCollection = 0;

  /** List length at which reading barriers ask for a collection. */
  protected listLimit: number;
  protected readonly poisoned: boolean;
  /** Objects marked by the collection that is running. */
  protected markedObjects = 0;
  /** Objects that have died but whose memory is still intact. */
  protected readonly dead: IntStack = new IntStack();
  /** Arrays whose elements are pending in part: address, next element, length. */
  protected readonly longArrays: IntStack = new IntStack();
  readonly #markRoot = (ref: number): void => {
    if (isObject(ref)) this.mark(ref);
  };

  constructor(options: HeapOptions, layouts: Layouts) {
    super(options, layouts);
    this.freeList = this.createFreeList();
    this.poisoned = options.poison;
    this.listLimit = options.oasrThreshold;
  }

  protected createFreeList(): FreeList {
    return new FreeList();
  }

  // --- Allocation ------------------------------------------------------------------------------------

  override fits(bytes: number): boolean {
    return bytes <= MAX_OBJECT_BYTES;
  }

  override allocate(kind: number, typeId: number, bytes: number): number {
    if (this.capacity === 0 && this.options.initialBytes > 0) this.grow(bytes);
    if (bytes > this.capacity) return 0;
    const aligned = this.sizeToAllocate(bytes);
    const ref = this.freeList.allocate(aligned);
    if (ref === 0) return 0;
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

  /** Bytes taken from the free list for an object of so many bytes. */
  protected sizeToAllocate(bytes: number): number {
    return (bytes + 15) & ~15;
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

  // --- Stack-root list -------------------------------------------------------------------------------

  protected isListed(ref: number): boolean {
    return (this.i32[ref >> 2]! & LISTED) !== 0;
  }

  /** Puts an object that is not listed at the head of the list, which takes over one of its counts. */
  protected link(ref: number): void {
    const word = ref >> 2;
    this.i32[word + HEADER_WORD]! |= LISTED;
    this.i32[word + NEXT_WORD] = this.listHead;
    this.listHead = ref;
    this.listLength++;
  }

  // --- Barriers --------------------------------------------------------------------------------------

  override readBarrier(ref: number): boolean {
    if (ref === 0 || (ref & 1) !== 0 || this.isListed(ref)) return false;
    this.enlist(ref);
    return true;
  }

  /** The list becomes one more owner. */
  protected enlist(ref: number): void {
    this.assertObject(ref);
    this.increment(ref);
    this.link(ref);
  }

  override initBarrier(cells: Int32Array, index: number, ref: number): void {
    if (ref !== 0 && (ref & 1) === 0) this.increment(ref);
    cells[index] = ref;
  }

  override writeBarrier(cells: Int32Array, index: number, ref: number): void {
    const old = cells[index]!;
    // Counting the new before the old keeps a cell that is overwritten with its own value from dropping it.
    if (ref !== 0 && (ref & 1) === 0) this.increment(ref);
    cells[index] = ref;
    if (old !== 0 && (old & 1) === 0) this.decrement(old);
  }

  override expose(ref: number): void {
    if (!isObject(ref)) return;
    if (this.isListed(ref)) this.giveBackSurplus(ref);
    else {
      this.assertObject(ref);
      this.link(ref);
    }
  }

  /** A listed object is exposed once more: the list owns a count of it already. */
  protected giveBackSurplus(ref: number): void {
    if (this.i32[(ref >> 2) + COUNT_WORD]! <= 1) {
      throw new Fault('C4', `${hex(ref)} is listed and exposed once more, so the list and the caller must each own a count of it`, ref);
    }
    this.decrement(ref);
  }

  override clone(ref: number): void {
    if (isObject(ref)) this.increment(ref);
  }

  override drop(ref: number): void {
    if (isObject(ref)) this.decrement(ref);
  }

  // --- Collection ------------------------------------------------------------------------------------

  override collectionDue(): boolean {
    return this.listLength >= this.listLimit;
  }

  override collect(stackRoots: StackRoots): void {
    if (this.noGcDepth > 0) {
      throw new Fault('R1', 'a collection starts, so no references may be in transit between host and Wasm');
    }
    this.counters.collections++;
    this.check('start');
    this.trace(stackRoots);
    this.check('marked');
    this.sweep();
    this.check('swept');
    this.processPending();
    this.check('end');
    this.listLimit = Math.max(2 * this.listLength, this.options.oasrThreshold);
    this.liveAfterCollection = this.allocatedBytes;
  }

  protected check(phase: CollectionPhase): void {
    if (this.options.integrity) checkIntegrity(this, phase, this.markedObjects);
  }

  /** Marks what the stacks hold. Nothing is followed: what the stacks do not hold is kept by its count. */
  protected trace(stackRoots: StackRoots): void {
    this.markedObjects = 0;
    stackRoots(this.#markRoot);
  }

  protected mark(ref: number): void {
    this.assertObject(ref);
    const word = ref >> 2;
    const header = this.i32[word]!;
    if ((header & LISTED) === 0) {
      throw new Fault('L1', `${hex(ref)} is on a Wasm stack, so it must be in the stack-root list`, ref);
    }
    if (this.i32[word + COUNT_WORD]! <= 0) throw this.notCounted('C3', ref, 'is on a Wasm stack');
    if ((header & MARKED) !== 0) return;
    this.i32[word] = header | MARKED;
    this.markedObjects++;
  }

  /** Takes out of the list what was not marked, most recently listed first. */
  protected sweep(): void {
    let previous = 0;
    let ref = this.listHead;
    while (ref !== 0) {
      const word = ref >> 2;
      const next = this.i32[word + NEXT_WORD]!;
      if ((this.i32[word]! & MARKED) !== 0) {
        this.i32[word]! &= ~MARKED;
        previous = ref;
      } else {
        this.unlink(ref, previous, next);
        this.decrement(ref);
      }
      ref = next;
    }
  }

  /** Takes a member out of the list; its count is the caller's now. `previous` is 0 at the head. */
  protected unlink(ref: number, previous: number, next: number): void {
    if (!this.isListed(ref)) throw new Fault('L10', `${hex(ref)} is in the stack-root list, so its header must say so`, ref);
    if (this.listLength === 0) throw new Fault('L9', `${hex(ref)} leaves the stack-root list, which must have a member then`, ref);
    this.i32[ref >> 2]! &= ~LISTED;
    if (previous === 0) this.listHead = next;
    else this.i32[(previous >> 2) + NEXT_WORD] = next;
    this.listLength--;
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
    if (this.isListed(ref)) {
      throw new Fault('L5', `${hex(ref)} is in the stack-root list, so it must have a count, but it has lost the last one`, ref);
    }
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

  /** Without poison, a header that is no object's must do to recognise a stale reference. */
  protected clearFreed(ref: number, bytes: number): void {
    this.i32[ref >> 2] = 0;
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
