import { NULL } from '#runtime/heap/reference.ts';
import type { Fault } from '../fault.ts';

export const funcrefFillRawNull: Fault = {
  slug: 'funcref-fill-raw-null',
  title: 'Null is written into arrays of functions as a zero.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/13487'],
  class: 'layout',
  twinBlind: true,
  guilty: ['array.new', 'array.new_default', 'array.fill'],
  caughtBy: ['v8', 'crash', 'assertion'],
  story: [
    'An array of functions holds numbers of a table of functions, and null has a number there like any other. A fast',
    'path for filling wrote a zero for null, the number of whichever function was used first.',
    '',
    'Where null should be, there is a function. If null itself was first, zero is right, and nothing shows. Both',
    'twins fill alike.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ObjectOperations: class extends parts.ObjectOperations {
      protected override initFunctions(first: number, length: number, address: number): void {
        if (address === NULL) this.store.heap.i32.fill(0, first, first + length);
        else super.initFunctions(first, length, address);
      }
    },
  }),
};
