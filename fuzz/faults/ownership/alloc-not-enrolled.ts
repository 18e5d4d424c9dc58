import type { DrcHeap } from '#runtime/collectors/drc.ts';
import type { Fault } from '../fault.ts';
import { ALLOCATING } from '../operations.ts';

export const allocNotEnrolled: Fault = {
  slug: 'alloc-not-enrolled',
  title: 'New objects are not entered in the stack-root list.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/9669',
    'https://github.com/bytecodealliance/wasmtime/pull/10322',
  ],
  class: 'ownership at host boundary',
  twinBlind: false,
  guilty: ALLOCATING,
  caughtBy: ['audit', 'stackScan', 'assertion', 'leakCheck'],
  story: [
    'An object is born with one count, meant for the stack-root list. The allocation routine handed the reference to',
    'the program and did not tell the list.',
    '',
    'A collection that finds the object on a stack does not find it in the list. If nobody looks, the object stays',
    'for ever, because the list never gives back a count that it does not know of.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      override adopt(): void {}
    },
  }),
};
