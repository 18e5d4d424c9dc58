import type { DrcHeap } from '#runtime/collectors/drc.ts';
import type { Fault } from '../fault.ts';
import { ALLOCATING } from '../operations.ts';

export const poisonMissedOnGrowth: Fault = {
  slug: 'poison-missed-on-growth',
  title: 'Memory that growing adds is not poisoned.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/13107'],
  class: 'heuristics',
  twinBlind: false,
  guilty: ALLOCATING,
  caughtBy: ['poison'],
  story: [
    'A mode for tests fills memory that holds no object with a pattern, so that reading or writing it shows. One of the ways to grow returned before',
    'it came to that.',
    '',
    'Programs are right all the same. The check that nobody has written to free memory fails at the first look, or, where it is forgiving, is blind',
    'there from then on. It is planted to see that the oracle does look.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      #grows = false;

      override grow(bytes: number): boolean {
        this.#grows = this.capacity > 0;
        try {
          return super.grow(bytes);
        } finally {
          this.#grows = false;
        }
      }
      protected override poison(start: number, end: number): void {
        if (!this.#grows) super.poison(start, end);
      }
    },
  }),
};
