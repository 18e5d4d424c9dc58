import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { FIRST_ADDRESS } from '#runtime/heap/free-list.ts';
import type { StackRoots } from '#runtime/heap/gc-heap.ts';
import type { Fault } from '../fault.ts';

export const allocatedBytesOffByOne: Fault = {
  slug: 'allocated-bytes-off-by-one',
  title: 'The bytes in use include those that nobody can use.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/13247',
    'https://github.com/bytecodealliance/wasmtime/pull/13252',
  ],
  class: 'heuristics',
  twinBlind: false,
  guilty: [],
  caughtBy: ['assertion', 'budget'],
  story: [
    'A collector that hands out memory from a pointer upwards took the pointer for the number of bytes in use. Since null is zero the pointer does',
    'not start there, so a heap without any memory had some in use: more than there is.',
    '',
    'Whoever decides between growing and collecting relies on that being impossible. It takes a collection before anything was allocated,',
    'and then an allocation. It was the collector that frees nothing; here it is the one under test, which reserves bytes as well.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      override collect(stackRoots: StackRoots): void {
        super.collect(stackRoots);
        this.liveAfterCollection += FIRST_ADDRESS;
      }
    },
  }),
};
