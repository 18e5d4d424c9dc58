import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { ObjectKind } from '#runtime/heap/gc-heap.ts';
import type { Fault } from '../fault.ts';
import { RELEASING } from '../operations.ts';

export const shallowFree: Fault = {
  slug: 'shallow-free',
  title: 'An object that dies does not release what it refers to.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/9701',
    'https://github.com/bytecodealliance/wasmtime/pull/10401',
  ],
  class: 'leak',
  twinBlind: false,
  guilty: RELEASING,
  caughtBy: ['audit', 'leakCheck', 'hostLifetimes', 'budget'],
  story: [
    'The first version of the collector gave back the memory of an object and never looked inside. Whatever the object alone had kept was',
    'lost, with all that hung on it, so that programs with nested data ran out of memory within moments.',
    '',
    'Nothing else is wrong with them. Counts that should have fallen have not, which a recount sees at the first collection.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      protected override pushChildren(ref: number): boolean {
        // Host objects refer to something outside of the heap, which was released.
        return this.kindOf(ref) === ObjectKind.extern ? super.pushChildren(ref) : true;
      }
    },
  }),
};
