import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { DRC_HEADER_BYTES } from '#runtime/heap/drc-header.ts';
import { isObject } from '#runtime/heap/reference.ts';
import type { Fault } from '../fault.ts';
import { RELEASING } from '../operations.ts';

export const recursiveFree: Fault = {
  slug: 'recursive-free',
  title: 'An array that dies puts all of its elements on the pending stack at once.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/12958',
    'https://github.com/bytecodealliance/wasmtime/pull/13192',
  ],
  class: 'heuristics',
  twinBlind: false,
  guilty: RELEASING,
  caughtBy: ['budget'],
  story: [
    'What an object refers to is released by way of a stack, so that a long list takes no recursion. But the elements of an array went there',
    'all together: a stack outside of the heap as large as the largest array in it. Since then arrays hand out their elements in portions.',
    '',
    'Only who measures the stack can tell. (The name is that of what a simpler runtime would do; this one would not survive it.)',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      protected override pushElements(ref: number, from: number, length: number): boolean {
        const first = (ref + DRC_HEADER_BYTES + 4) >> 2;
        for (let i = from; i < length; i++) {
          const child = this.i32[first + i]!;
          if (isObject(child)) this.pending.push(child);
        }
        return true;
      }
    },
  }),
};
