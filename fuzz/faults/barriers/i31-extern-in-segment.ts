import type { ValType } from '#wasm/syntax/types.ts';
import { HeapType, heapTypeOf } from '#wasm/syntax/types.ts';
import type { ElementInstance } from '#runtime/cells.ts';
import { isI31 } from '#runtime/heap/reference.ts';
import type { Fault } from '../fault.ts';

export const i31ExternInSegment: Fault = {
  slug: 'i31-extern-in-segment',
  title: 'An externref segment takes an i31 to the heap.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/13464'],
  class: 'constant expressions',
  twinBlind: true,
  guilty: ['passive element segment'],
  caughtBy: ['crash', 'heapIntegrity', 'assertion', 'audit'],
  story: [
    'What a constant expression yields was brought into the form in which segments keep it by code of its own for',
    'each hierarchy. The code for externref went to the heap first and asked for i31 later.',
    '',
    'In a store that has no heap yet, a segment with an i31 in it cannot be instantiated. In others the i31 is',
    'entered in the stack-root list, whatever may lie at its address. Both twins need the heap, so they fail alike;',
    'only the list is a collector\'s own.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Instantiator: class extends parts.Instantiator {
      protected override initElement(segment: ElementInstance, index: number, value: number, type: ValType): void {
        super.initElement(segment, index, value, type);
        if (heapTypeOf(type) !== HeapType.extern || !isI31(value)) return;
        const { heap } = this.store;
        if (heap.capacity === 0) throw new TypeError('there is no heap');
        heap.adopt(value);
      }
    },
  }),
};
