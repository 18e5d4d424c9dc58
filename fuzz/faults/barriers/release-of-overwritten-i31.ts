import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { NULL, isI31, isObject } from '#runtime/heap/reference.ts';
import { Fault as Violation } from '#runtime/outcome.ts';
import { WRITING } from '../operations.ts';
import type { Fault } from '../fault.ts';

export const releaseOfOverwrittenI31: Fault = {
  slug: 'release-of-overwritten-i31',
  title: 'An object that takes the place of an i31 releases the i31.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/pull/13307',
    'https://github.com/bytecodealliance/wasmtime/pull/12974',
  ],
  class: 'barrier',
  twinBlind: false,
  guilty: WRITING,
  caughtBy: ['assertion'],
  story: [
    'When the decrement became part of the loop that frees, its test for i31 became an assertion: whoever calls it',
    'had to have asked. The caller asks whether barriers are needed at all, which they are not if the old value and',
    'the new one are both null or i31.',
    '',
    'If only the old one is an i31, it is released like an object. It takes a cell that holds an i31 and is given an',
    'object.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      override writeBarrier(cells: Int32Array, index: number, ref: number): void {
        const old = cells[index]!;
        if (isObject(ref)) this.increment(ref);
        cells[index] = ref;
        if (!isObject(ref) && !isObject(old)) return;
        if (isI31(old)) throw new Violation('C2', 'what is released must not be an i31');
        if (old !== NULL) this.decrement(old);
      }
    },
  }),
};
