import type { GlobalInstance } from '#runtime/cells.ts';
import type { DrcHeap } from '#runtime/collectors/drc.ts';
import type { Parts } from '#runtime/parts.ts';
import type { Fault } from '../fault.ts';

function heapOf(parts: Parts) {
  return class extends (parts.Heap as typeof DrcHeap) {
    globals: readonly GlobalInstance[] = [];

    override writeBarrier(cells: Int32Array, index: number, ref: number): void {
      if (this.globals.some((global) => global.cells === cells)) this.initBarrier(cells, index, ref);
      else super.writeBarrier(cells, index, ref);
    }
  };
}

export const globalSetKeepsOldCount: Fault = {
  slug: 'global-set-keeps-old-count',
  title: 'Setting a global does not release what it held.',
  references: [],
  class: 'barrier',
  twinBlind: false,
  guilty: ['global.set'],
  caughtBy: ['audit', 'leakCheck', 'hostLifetimes'],
  story: [
    'global.set treats the global as if it had been empty: the new object gains an owner, the old one loses none. Its',
    'count stays one too high for ever, and so do those of all objects that it refers to.',
    '',
    'No result is ever wrong. What shows it is a recount, or what is left when everything has been taken down.',
  ].join('\n'),
  plant: (parts) => {
    const Heap = heapOf(parts);
    return {
      ...parts,
      Heap,
      // The heap sees cells only; which of them are globals the store knows. Whoever clears them at the end does not execute global.set.
      execute: (store, base) => {
        const heap = store.heap as InstanceType<typeof Heap>;
        const before = heap.globals;
        heap.globals = store.globals;
        try {
          parts.execute(store, base);
        } finally {
          heap.globals = before;
        }
      },
    };
  },
};
