import type { DrcHeap } from '#runtime/collectors/drc.ts';
import type { Parts } from '#runtime/parts.ts';
import type { Fault } from '../fault.ts';

function heapOf(parts: Parts) {
  return class extends (parts.Heap as typeof DrcHeap) {
    allocZeal = 0;
    #attempts = 0;

    override allocate(kind: number, typeId: number, bytes: number): number {
      if (this.allocZeal > 0 && ++this.#attempts % this.allocZeal === 0) return 0;
      return super.allocate(kind, typeId, bytes);
    }
  };
}

export const forcedCollectionStarvesRetry: Fault = {
  slug: 'forced-collection-starves-retry',
  title: 'A mode for tests that pretends that the heap is full does so again when room has been made.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/13152',
    'https://github.com/bytecodealliance/wasmtime/pull/13162',
    'https://github.com/bytecodealliance/wasmtime/issues/13263',
    'https://github.com/bytecodealliance/wasmtime/pull/13278',
  ],
  class: 'heuristics',
  twinBlind: false,
  guilty: [],
  caughtBy: ['assertion', 'budget', 'crash', 'scheduleInvariance'],
  story: [
    'To collect at every n-th allocation, that allocation was made to fail, as if there were no room, and what follows a failure did the rest.',
    'But the second attempt was counted like the first. With n equal to one it failed as well, and the third would have, too: a heap',
    'with nothing in it was out of memory.',
    '',
    'The mode collects directly here, so the pretence is planted along with the mistake. A heap that has just grown by what is needed and still has',
    'no room contradicts itself.',
  ].join('\n'),
  plant: (parts) => {
    const Heap = heapOf(parts);
    return {
      ...parts,
      Heap,
      // What the schedule says the store knows, not the heap.
      execute: (store, base) => {
        (store.heap as InstanceType<typeof Heap>).allocZeal = store.options.collection.allocZeal;
        parts.execute(store, base);
      },
    };
  },
};
