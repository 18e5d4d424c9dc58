import type { Fault } from '../fault.ts';

export const fillCountsOnce: Fault = {
  slug: 'fill-counts-once',
  title: 'Filling a range with one object counts it once.',
  references: [],
  class: 'barrier',
  twinBlind: false,
  guilty: ['array.fill'],
  caughtBy: ['audit', 'assertion', 'heapIntegrity', 'poison', 'differential', 'leakCheck'],
  story: [
    'array.fill makes every element of a range an owner of the same object. Whoever moves the count out of the loop,',
    'since it is the same object each time, gives it one count for all of them. The elements that are overwritten are',
    'released one by one, as they should be.',
    '',
    'Nothing happens until one of the owners lets go: the object is released although others still hold it. Ranges of',
    'one element are right.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ObjectOperations: class extends parts.ObjectOperations {
      protected override fillReferences(first: number, length: number, ref: number): void {
        const { heap } = this.store;
        if (length === 0) return;
        heap.writeBarrier(heap.i32, first, ref);
        for (let i = 1; i < length; i++) {
          const old = heap.i32[first + i]!;
          heap.i32[first + i] = ref;
          heap.drop(old);
        }
      }
    },
  }),
};
