/** The collector with a recorder: does what it always does, faults included, and tells what happens to the count of one object. */
import type { Holder } from '#runtime/audit/holder.ts';
import { slotsOf } from '#runtime/audit/holder.ts';
import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { COUNT_WORD } from '#runtime/heap/drc-header.ts';
import type { Layouts } from '#runtime/heap/layout.ts';
import type { Owner } from './life.ts';
import { IN_HAND } from './life.ts';

const LIST: Owner = { kind: 'stackRootList' };
const PENDING: Owner = { kind: 'pendingDrop' };
/** Headers lie at multiples of this. */
const GRANULE = 16;

/** Who is told. `count` is what stands in the header after the event. */
export interface Listener {
  /** Address of the object that the story is about; objects before and after it may have had the same. */
  readonly suspect: number;
  allocated(count: number): void;
  retained(count: number, owner: Owner): void;
  released(count: number, owner: Owner): void;
  passed(count: number, from: Owner, to: Owner): void;
  storedUncounted(count: number, owner: Owner): void;
  overwrittenUncounted(count: number, owner: Owner): void;
  freed(count: number): void;
  /** The owner of a cell outside the heap. */
  cellOwner(cells: Int32Array, index: number): Owner;
}

export function recordingHeap(Base: typeof DrcHeap, listener: () => Listener | undefined): typeof DrcHeap {
  return class extends Base {
    /** Addresses of live objects: who looks for the object around a cell must not take old words for headers. */
    readonly #objects = new Set<number>();
    /** On whose behalf counts are being taken and given back. */
    #owner: Owner = IN_HAND;
    /** Changes that were told, to see whether a barrier told of any. */
    #retains = 0;
    #releases = 0;

    /** Whether the story is about this object. */
    #isSuspect(ref: number): boolean {
      return ref === listener()?.suspect;
    }
    #countOf(ref: number): number {
      return this.i32[(ref >> 2) + COUNT_WORD]!;
    }
    #onBehalfOf<T>(owner: Owner, act: () => T): T {
      const before = this.#owner;
      this.#owner = owner;
      try {
        return act();
      } finally {
        this.#owner = before;
      }
    }

    // --- Birth and end ---------------------------------------------------------------------------------

    override renew(layouts: Layouts): void {
      this.#objects.clear();
      super.renew(layouts);
    }

    override allocate(kind: number, typeId: number, bytes: number): number {
      const ref = super.allocate(kind, typeId, bytes);
      if (ref !== 0) this.#objects.add(ref);
      if (ref !== 0 && this.#isSuspect(ref)) listener()!.allocated(this.#countOf(ref));
      return ref;
    }
    protected override free(ref: number): void {
      this.#objects.delete(ref);
      const count = this.#countOf(ref);
      super.free(ref);
      if (this.#isSuspect(ref)) listener()!.freed(count);
    }

    // --- Counts ----------------------------------------------------------------------------------------

    protected override increment(ref: number): void {
      super.increment(ref);
      if (!this.#isSuspect(ref)) return;
      this.#retains++;
      listener()!.retained(this.#countOf(ref), this.#owner);
    }
    protected override decrement(ref: number): void {
      if (!this.#isSuspect(ref)) return super.decrement(ref);
      const releases = this.#releases;
      super.decrement(ref);
      if (this.#releases !== releases) return;
      this.#releases++;
      listener()!.released(this.#countOf(ref), this.#owner);
    }
    protected override lastOwnerGone(ref: number): void {
      if (this.#isSuspect(ref)) {
        this.#releases++;
        listener()!.passed(this.#countOf(ref), this.#owner, PENDING);
      }
      super.lastOwnerGone(ref);
    }
    protected override giveBack(ref: number): void {
      // Told before it dies of it.
      if (this.#isSuspect(ref) && this.#countOf(ref) > 0) listener()!.released(this.#countOf(ref) - 1, PENDING);
      super.giveBack(ref);
    }

    // --- Barriers --------------------------------------------------------------------------------------

    override initBarrier(cells: Int32Array, index: number, ref: number): void {
      // A fresh cell holds nothing, whatever is in it.
      this.#barrier(cells, index, ref, 0, () => super.initBarrier(cells, index, ref));
    }
    override writeBarrier(cells: Int32Array, index: number, ref: number): void {
      const old = cells[index]!;
      if (old === ref) super.writeBarrier(cells, index, ref);
      else this.#barrier(cells, index, ref, old, () => super.writeBarrier(cells, index, ref));
    }
    /** A cell gets a reference and loses the one that it had. */
    #barrier(cells: Int32Array, index: number, ref: number, old: number, act: () => void): void {
      if (!this.#isSuspect(ref) && !this.#isSuspect(old)) return act();
      const owner = this.#ownerOf(cells, index);
      const [retains, releases] = [this.#retains, this.#releases];
      this.#onBehalfOf(owner, act);
      const count = this.#countOf(listener()!.suspect);
      if (this.#isSuspect(ref) && this.#retains === retains) listener()!.storedUncounted(count, owner);
      if (this.#isSuspect(old) && this.#releases === releases) listener()!.overwrittenUncounted(count, owner);
    }
    #ownerOf(cells: Int32Array, index: number): Owner {
      return cells === this.i32 ? (this.#slotAt(4 * index) ?? IN_HAND) : listener()!.cellOwner(cells, index);
    }
    /** The slot at an address. */
    #slotAt(address: number): Holder | undefined {
      let object = address & -GRANULE;
      while (object > 0 && !this.#objects.has(object)) object -= GRANULE;
      const layout = object > 0 ? this.layouts.of(this.typeIdOf(object)) : undefined;
      if (layout === undefined) return undefined;
      const offset = address - object - this.headerBytes;
      if (layout.kind === 'array') return { kind: 'element', address: object, index: (offset - layout.elementsOffset) / layout.elementBytes };
      const field = layout.fields.findIndex((field) => field.offset === offset);
      return field < 0 ? undefined : { kind: 'field', address: object, field };
    }

    protected override enlist(ref: number): void {
      this.#onBehalfOf(LIST, () => super.enlist(ref));
    }
    protected override link(ref: number): void {
      super.link(ref);
      if (this.#isSuspect(ref) && this.#owner !== LIST) listener()!.passed(this.#countOf(ref), this.#owner, LIST);
    }

    // --- Collection ------------------------------------------------------------------------------------

    protected override sweep(): void {
      this.#onBehalfOf(LIST, () => super.sweep());
    }

    // --- Children of the dead --------------------------------------------------------------------------

    protected override pushFields(ref: number, refOffsets: Int32Array): void {
      const { size } = this.pending;
      super.pushFields(ref, refOffsets);
      this.#tellInherited(ref, size, 0);
    }
    protected override pushElements(ref: number, from: number, length: number): boolean {
      const { size } = this.pending;
      const done = super.pushElements(ref, from, length);
      this.#tellInherited(ref, size, from);
      return done;
    }
    /** The counts of a dead object's slots are the pending stack's now. */
    #tellInherited(parent: number, size: number, from: number): void {
      const { suspect } = listener() ?? { suspect: 0 };
      let pushed = 0;
      for (let i = size; i < this.pending.size; i++) if (this.pending.words[i] === suspect) pushed++;
      if (pushed === 0) return;
      for (const { holder, ref } of slotsOf(this, parent)) {
        if (ref !== suspect || pushed === 0 || (holder.kind === 'element' && holder.index < from)) continue;
        pushed--;
        listener()!.passed(this.#countOf(suspect), holder, PENDING);
      }
    }
  } as typeof DrcHeap;
}
