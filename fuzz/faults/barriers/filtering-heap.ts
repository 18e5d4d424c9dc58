/** A heap whose barriers can be told otherwise what has a count. */
import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { isObject } from '#runtime/heap/reference.ts';
import type { HostBoundary } from '#runtime/host-boundary.ts';
import type { Parts } from '#runtime/parts.ts';
import type { Store } from '#runtime/store.ts';

export interface Filter {
  /** Whether a barrier takes a word that goes into a cell, or comes out of it, for a reference to an object. */
  readonly counts: (ref: number, cells: Int32Array, store: Store) => boolean;
  /** The same for what is read from a cell. Null and i31 are not asked about. */
  readonly lists: (ref: number, store: Store) => boolean;
}

export const FILTER: Filter = { counts: isObject, lists: () => true };

/** @param parts of `drc` */
export function withFilter(parts: Parts, { counts, lists }: Filter): Pick<Parts, 'Heap' | 'HostBoundary'> {
  const Heap = class extends (parts.Heap as typeof DrcHeap) {
    store!: Store;

    override initBarrier(cells: Int32Array, index: number, ref: number): void {
      if (counts(ref, cells, this.store)) this.increment(ref);
      cells[index] = ref;
    }
    override writeBarrier(cells: Int32Array, index: number, ref: number): void {
      const old = cells[index]!;
      if (counts(ref, cells, this.store)) this.increment(ref);
      cells[index] = ref;
      if (counts(old, cells, this.store)) this.decrement(old);
    }
    override readBarrier(ref: number): boolean {
      return isObject(ref) && lists(ref, this.store) && super.readBarrier(ref);
    }
  };
  class Boundary extends parts.HostBoundary {
    constructor(store: Store) {
      super(store);
      (store.heap as InstanceType<typeof Heap>).store = store;
    }
  }
  return { Heap, HostBoundary: Boundary as typeof HostBoundary };
}
