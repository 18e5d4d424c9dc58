import type { ArrayLayout } from '#runtime/heap/layout.ts';
import type { Fault } from '../fault.ts';
import { ARRAY_MAKING } from '../operations.ts';

export const arraySizeWraps: Fault = {
  slug: 'array-size-wraps',
  title: 'The size of an array is reckoned in 32 bits.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/13034',
    'https://github.com/bytecodealliance/wasmtime/pull/13115',
    'https://github.com/bytecodealliance/wasmtime/issues/10416',
  ],
  class: 'layout',
  twinBlind: false,
  guilty: ARRAY_MAKING,
  caughtBy: ['heapIntegrity', 'audit', 'assertion', 'crash', 'poison', 'v8', 'differential'],
  story: [
    'Length times bytes of an element, and the header: with elements of eight bytes, a length of 2^29 makes zero of the product. A short block is',
    'allocated, and the array is believed to be as long as it was meant to be.',
    '',
    'Compiled code had the check; the way that the host and constant expressions take had not. The array leads anywhere in the heap, and a heap',
    'that can be walked from object to object notices that this one is longer than its block. Sizes depend on the header, so each',
    'collector reckons for itself, and one of them is wrong.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ObjectOperations: class extends parts.ObjectOperations {
      protected override arrayBytes(layout: ArrayLayout, length: number): number {
        return super.arrayBytes(layout, length) >>> 0;
      }
    },
  }),
};
