import { COUNT_WORD } from '#runtime/heap/drc-header.ts';
import type { DrcHeap } from '#runtime/collectors/drc.ts';
import type { Fault } from '../fault.ts';
import { INITIALISING, WRITING } from '../operations.ts';

export const narrowCountWraps: Fault = {
  slug: 'narrow-count-wraps',
  title: 'Counts have eight bits.',
  references: [],
  class: 'layout',
  twinBlind: false,
  guilty: [...INITIALISING, ...WRITING],
  caughtBy: ['audit', 'assertion', 'heapIntegrity', 'poison', 'differential', 'leakCheck'],
  story: [
    'A count that is stored in fewer bits than a program can have references wraps around. With the 256th owner the count is zero,',
    'with the next one the object looks as if it had just been made, and the first owner to let go frees it.',
    '',
    'Any instruction that makes an owner may be the one: filling an array or a table with one object is the shortest way.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      protected override increment(ref: number): void {
        super.increment(ref);
        this.i32[(ref >> 2) + COUNT_WORD]! &= 0xff;
      }
    },
  }),
};
