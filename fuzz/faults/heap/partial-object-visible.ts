import type { ArrayLayout } from '#runtime/heap/layout.ts';
import type { Fault } from '../fault.ts';
import { ARRAY_MAKING } from '../operations.ts';

export const partialObjectVisible: Fault = {
  slug: 'partial-object-visible',
  title: 'Fuel that runs out while an array is initialised leaves elements that nobody has written.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/pull/14045',
    'https://github.com/bytecodealliance/wasmtime/security/advisories/GHSA-2hw9-mc66-jc2q',
  ],
  class: 'ordering',
  twinBlind: false,
  guilty: ARRAY_MAKING,
  caughtBy: ['interruption'],
  story: [
    'Operations on many elements learnt to stop in between, so that a long one cannot hold up everything else. Whoever looks at the heap then, or',
    'after the program has been given up, meets an array that has its length but not its elements.',
    '',
    'The words there are those of objects that lay in the same place before, or poison. The array itself is on its way out, and',
    'the collection that frees it gives back a count for each of them. The program has no part in it: it has run out of fuel.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ObjectOperations: class extends parts.ObjectOperations {
      protected override payForElements(_ref: number, _layout: ArrayLayout, length: number): void {
        this.store.charge(length);
      }
    },
  }),
};
