import type { DrcHeap } from '#runtime/collectors/drc.ts';
import type { Fault } from '../fault.ts';

export const oasrNeverForcesCollection: Fault = {
  slug: 'oasr-never-forces-collection',
  title: 'However long the stack-root list is, reading never asks for a collection.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/13403',
    'https://github.com/bytecodealliance/wasmtime/pull/13422',
  ],
  class: 'heuristics',
  twinBlind: false,
  guilty: [],
  caughtBy: ['budget'],
  story: [
    'Only allocation led to collections. A program that walks over its data without making anything enters one object after the other in the',
    'stack-root list, until all of them are in it and the next collection has them all to look at.',
    '',
    'It is a matter of time and of nothing else, so it takes somebody who counts how many objects reading has entered since the last',
    'collection.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      override collectionDue(): boolean {
        return false;
      }
    },
  }),
};
