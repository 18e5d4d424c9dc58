import type { DrcHeap } from '#runtime/collectors/drc.ts';
import type { Fault } from '../fault.ts';
import { COLLECTING } from '../operations.ts';

export const markBitNotCleared: Fault = {
  slug: 'mark-bit-not-cleared',
  title: 'An object that one collection has marked stays marked.',
  references: [],
  class: 'leak',
  twinBlind: false,
  guilty: COLLECTING,
  caughtBy: ['heapIntegrity', 'leakCheck', 'audit', 'hostLifetimes', 'budget'],
  story: [
    'The sweep keeps what the collection has marked, and should take the marks away. If it does not, an object that was on a stack',
    'during one collection looks to all later ones as if it still were: the stack-root list keeps it, and its count, for',
    'ever.',
    '',
    'Results stay right. The list only grows, and what has been on a stack once is never freed.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      protected override unmark(): void {}
    },
  }),
};
