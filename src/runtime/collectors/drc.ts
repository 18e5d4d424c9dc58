/**
 * The deferred reference counting collector.
 *
 * Every cell that can hold an object owns one count of it, except those on Wasm stacks: what is there is
 * borrowed from the stack-root list, which owns one count of each of its members. The list is linked through
 * the headers and over-approximates the stacks: an object enters it whenever a reference may reach a stack,
 * and only a collection, which knows the stacks' contents, takes it out again. Cycles are never freed.
 *
 * Each step that a planted fault may want to get wrong is a method of its own.
 * Source: docs/collector.md, whose invariants the faults name.
 */
import type { StackRoots } from '../heap/gc-heap.ts';
import { COUNT_WORD, HEADER_WORD, LISTED, MARKED, NEXT_WORD } from '../heap/drc-header.ts';
import type { Layouts } from '../heap/layout.ts';
import { isObject } from '../heap/reference.ts';
import type { HeapOptions } from '../options.ts';
import { Fault, hex } from '../outcome.ts';
import { CountedHeap } from './counted-heap.ts';
import { checkIntegrity } from './integrity.ts';
import type { CollectionPhase } from './integrity.ts';

export class DrcHeap extends CountedHeap {
  /** Head of the stack-root list; 0 when it is empty. */
  listHead = 0;
  listLength = 0;
  /** Objects that reading barriers have listed since the last collection. */
  #read = 0;
  /** List length at which reading barriers ask for a collection. */
  protected listLimit: number;
  /** Objects marked by the collection that is running. */
  protected markedObjects = 0;
  readonly #markRoot = (ref: number): void => {
    if (isObject(ref)) this.mark(ref);
  };

  constructor(options: HeapOptions, layouts: Layouts) {
    super(options, layouts);
    this.listLimit = options.oasrThreshold;
  }

  override renew(layouts: Layouts): void {
    super.renew(layouts);
    this.listHead = 0;
    this.listLength = 0;
    this.#read = 0;
    this.listLimit = this.options.oasrThreshold;
    this.markedObjects = 0;
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
    this.#read++;
  }

  override initBarrier(cells: Int32Array, index: number, ref: number): void {
    if (ref !== 0 && (ref & 1) === 0) this.increment(ref);
    cells[index] = ref;
  }

  override writeBarrier(cells: Int32Array, index: number, ref: number): void {
    const old = cells[index]!;
    if (old === ref) {
      // One owner more and one less: only the assertion is left.
      if (isObject(ref)) this.assertCounted(ref);
      return;
    }
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

  override adopt(ref: number): void {
    this.link(ref);
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
    this.notePeaks();
    this.#read = 0;
    this.check('start');
    this.trace(stackRoots);
    this.check('marked');
    this.sweep();
    this.check('swept');
    this.processPending();
    this.check('end');
    this.listLimit = Math.max(2 * this.listLength, this.options.oasrThreshold);
    this.liveAfterCollection = this.allocatedBytes;
    this.counters.swept = Math.max(this.counters.swept, this.listLength);
    this.counters.liveBytes = Math.max(this.counters.liveBytes, this.allocatedBytes);
  }

  /** Only a sweep shortens the list, so it is longest just before one. */
  override notePeaks(): void {
    const { counters } = this;
    counters.listed = Math.max(counters.listed, this.listLength);
    counters.read = Math.max(counters.read, this.#read);
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
        this.unmark(ref);
        previous = ref;
      } else {
        this.unlink(ref, previous, next);
        this.decrement(ref);
      }
      ref = next;
    }
  }

  protected unmark(ref: number): void {
    this.i32[ref >> 2]! &= ~MARKED;
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

  protected override die(ref: number): void {
    if (this.isListed(ref)) {
      throw new Fault('L5', `${hex(ref)} is in the stack-root list, so it must have a count, but it has lost the last one`, ref);
    }
    super.die(ref);
  }
}
