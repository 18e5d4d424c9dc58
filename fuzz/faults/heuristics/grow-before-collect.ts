import type { DrcHeap } from '#runtime/collectors/drc.ts';
import type { Fault } from '../fault.ts';

export const growBeforeCollect: Fault = {
  slug: 'grow-before-collect',
  title: 'A heap that is full grows as long as it may, and is only collected then.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/12860',
    'https://github.com/bytecodealliance/wasmtime/pull/12942',
  ],
  class: 'heuristics',
  twinBlind: false,
  guilty: [],
  caughtBy: ['budget'],
  story: [
    'Making room by growing is quick, so it was tried first, every time. A loop that makes garbage then takes all the memory that it is allowed,',
    'though a few objects are alive at any moment.',
    '',
    'The rule that came instead collects first if the last collection left the heap less than half full.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      override collectsBeforeGrowth(): boolean {
        return false;
      }
    },
  }),
};
