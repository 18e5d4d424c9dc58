/** The collector under observation: does what it always does, and notes it. */
import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { COUNT_WORD, MARKED } from '#runtime/heap/drc-header.ts';
import type { FreeList } from '#runtime/heap/free-list.ts';
import { FreeList as PlainFreeList } from '#runtime/heap/free-list.ts';
import type { StackRoots } from '#runtime/heap/gc-heap.ts';
import { ObjectKind } from '#runtime/heap/gc-heap.ts';
import { isI31 } from '#runtime/heap/reference.ts';
import { eventId } from './events.ts';
import type { Probe } from './probe.ts';

/** Number of the first of three events: for null, i31 and objects. */
function family(first: Parameters<typeof eventId>[0]): (ref: number) => number {
  const base = eventId(first);
  return (ref) => base + (ref === 0 ? 0 : isI31(ref) ? 1 : 2);
}

const READ_LISTED = eventId('read listed');
const READ_LISTS = eventId('read lists');
const EXPOSE_LISTED = eventId('expose listed');
const EXPOSE_LISTS = eventId('expose lists');
const initOf = family('init null');
const overNull = family('write null over null');
const overI31 = family('write null over i31');
const overSurvivor = family('write null over survivor');
const overDying = family('write null over dying object');
const overSame = family('write null over the same');
const NO_ROOM = eventId('allocation finds no room');
const AFTER_COLLECTION = eventId('allocation after collection');
const AFTER_GROWTH = eventId('allocation after growth');
const LARGE = eventId('allocation of 1 KiB');
const HUGE = eventId('allocation of 64 KiB');
const GROWTH_FIRST = eventId('growth first');
const GROWTH = eventId('growth');
const GROWTH_BEYOND = eventId('growth beyond double');
const GROWTH_REFUSED = eventId('growth refused');
const KEEPS = eventId('sweep keeps');
const UNLINKS_HEAD = eventId('sweep unlinks head');
const UNLINKS_INNER = eventId('sweep unlinks inner');
const DEFERRED = eventId('last owner gone, deferred');
const IMMEDIATE = eventId('last owner gone, immediate');
const LONG_ARRAY = eventId('long array queued');
const DEPTH = eventId('death at depth 0');
const DEATHS: ReadonlyMap<number, number> = new Map([
  [ObjectKind.struct, eventId('struct dies')],
  [ObjectKind.array, eventId('array dies')],
  [ObjectKind.exn, eventId('exception dies')],
  [ObjectKind.extern, eventId('host object dies')],
]);
/** Lower ends of the ranges of depths. */
const DEPTH_RANGES = [0, 1, 2, 4, 8, 32, 256];

function depthEvent(depth: number): number {
  let range = 0;
  while (range + 1 < DEPTH_RANGES.length && DEPTH_RANGES[range + 1]! <= depth) range++;
  return DEPTH + range;
}

export function observingHeap(Base: typeof DrcHeap, probe: Probe): typeof DrcHeap {
  return class extends Base {
    /** Whether an allocation has found no room, and what was done about it since. */
    #needy: 'collected' | 'grown' | 'nothing' | undefined;
    /** How many deaths lie between an object that is pending and the one whose death began it. */
    readonly #depths = new Map<number, number>();

    protected override createFreeList(): FreeList {
      return observingFreeList(probe);
    }

    // --- Barriers --------------------------------------------------------------------------------------

    override readBarrier(ref: number): boolean {
      const lists = super.readBarrier(ref);
      if (ref !== 0 && !isI31(ref)) probe.note(lists ? READ_LISTS : READ_LISTED);
      return lists;
    }
    override initBarrier(cells: Int32Array, index: number, ref: number): void {
      probe.note(initOf(ref));
      super.initBarrier(cells, index, ref);
    }
    override writeBarrier(cells: Int32Array, index: number, ref: number): void {
      probe.note(this.#writeEvent(cells[index]!, ref));
      super.writeBarrier(cells, index, ref);
    }
    #writeEvent(old: number, ref: number): number {
      if (old === ref) return overSame(ref);
      if (old === 0) return overNull(ref);
      if (isI31(old)) return overI31(ref);
      return this.i32[(old >> 2) + COUNT_WORD] === 1 ? overDying(ref) : overSurvivor(ref);
    }
    override expose(ref: number): void {
      if (ref !== 0 && !isI31(ref)) probe.note(this.isListed(ref) ? EXPOSE_LISTED : EXPOSE_LISTS);
      super.expose(ref);
    }

    // --- Allocation ------------------------------------------------------------------------------------

    override allocate(kind: number, typeId: number, bytes: number): number {
      const ref = super.allocate(kind, typeId, bytes);
      if (ref === 0) {
        probe.note(NO_ROOM);
        this.#needy ??= 'nothing';
        return 0;
      }
      if (bytes >= 65536) probe.note(HUGE);
      else if (bytes >= 1024) probe.note(LARGE);
      if (this.#needy === 'collected') probe.note(AFTER_COLLECTION);
      if (this.#needy === 'grown') probe.note(AFTER_GROWTH);
      this.#needy = undefined;
      return ref;
    }
    override grow(bytes: number): boolean {
      const { capacity } = this;
      const grown = super.grow(bytes);
      if (!grown) probe.note(GROWTH_REFUSED);
      else if (capacity === 0) probe.note(GROWTH_FIRST);
      else probe.note(this.capacity > 2 * capacity ? GROWTH_BEYOND : GROWTH);
      if (grown && this.#needy !== undefined) this.#needy = 'grown';
      return grown;
    }

    // --- Collection ------------------------------------------------------------------------------------

    override collect(stackRoots: StackRoots): void {
      super.collect(stackRoots);
      if (this.#needy !== undefined) this.#needy = 'collected';
    }
    protected override sweep(): void {
      for (let i = this.markedObjects; i > 0; i--) probe.note(KEEPS);
      super.sweep();
    }
    protected override unlink(ref: number, previous: number, next: number): void {
      if ((this.i32[ref >> 2]! & MARKED) === 0) probe.note(previous === 0 ? UNLINKS_HEAD : UNLINKS_INNER);
      super.unlink(ref, previous, next);
    }

    // --- Death -----------------------------------------------------------------------------------------

    protected override lastOwnerGone(ref: number): void {
      probe.note(this.options.drops === 'immediate' ? IMMEDIATE : DEFERRED);
      super.lastOwnerGone(ref);
    }
    protected override processPending(): void {
      super.processPending();
      this.#depths.clear();
    }
    protected override die(ref: number): void {
      const depth = this.#depths.get(ref) ?? 0;
      const event = DEATHS.get(this.kindOf(ref));
      if (event !== undefined) probe.note(event);
      probe.note(depthEvent(depth));
      const { size } = this.pending;
      super.die(ref);
      this.#setDepths(size, depth + 1);
    }
    #setDepths(firstPending: number, depth: number): void {
      for (let i = firstPending; i < this.pending.size; i++) this.#depths.set(this.pending.words[i]!, depth);
    }
    protected override pushElements(ref: number, from: number, length: number): boolean {
      const { size } = this.pending;
      const done = super.pushElements(ref, from, length);
      if (from > 0) this.#setDepths(size, (this.#depths.get(ref) ?? 0) + 1);
      if (!done) probe.note(LONG_ARRAY);
      return done;
    }
  };
}

const FROM_BUMP = eventId('allocation from bump region');
const FROM_EXACT = eventId('allocation from exact block');
const FROM_LARGER = eventId('allocation from larger block');
const PUT_BACK = eventId('remainder put back');
const INTO_BUMP = eventId('freed into bump region');
const BEHIND_BUMP = eventId('freed behind bump region');
const AS_BLOCK = eventId('freed as block');
const JOINS_BELOW = eventId('freed joins block below');
const JOINS_ABOVE = eventId('freed joins block above');
const JOINS_TWO = eventId('freed joins two blocks');
const JOINS_BUMP = eventId('block joins bump region');

function observingFreeList(probe: Probe): FreeList {
  return new (class extends PlainFreeList {
    override allocate(bytes: number): number {
      if (this.bump + bytes <= this.bumpEnd) probe.note(FROM_BUMP);
      return super.allocate(bytes);
    }
    protected override allocateFromBlock(bytes: number): number {
      if (this.bump < this.bumpEnd) probe.note(PUT_BACK);
      const address = super.allocateFromBlock(bytes);
      if (address !== 0) probe.note(this.bump === this.bumpEnd ? FROM_EXACT : FROM_LARGER);
      return address;
    }
    override release(start: number, bytes: number): void {
      if (start + bytes === this.bump) probe.note(INTO_BUMP);
      else if (start === this.bumpEnd) probe.note(BEHIND_BUMP);
      super.release(start, bytes);
    }
    protected override insert(start: number, bytes: number): void {
      const next = this.firstAbove(start);
      const below = next > 0 && this.starts[next - 1]! + this.lengths[next - 1]! === start;
      const above = next < this.blocks && this.starts[next] === start + bytes;
      probe.note(below ? (above ? JOINS_TWO : JOINS_BELOW) : above ? JOINS_ABOVE : AS_BLOCK);
      super.insert(start, bytes);
    }
    protected override absorbBelow(): void {
      const { blocks } = this;
      super.absorbBelow();
      if (this.blocks < blocks) probe.note(JOINS_BUMP);
    }
    protected override absorbAbove(): void {
      const { blocks } = this;
      super.absorbAbove();
      if (this.blocks < blocks) probe.note(JOINS_BUMP);
    }
  })();
}
