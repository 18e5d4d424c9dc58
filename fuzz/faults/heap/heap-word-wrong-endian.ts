import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { DRC_HEADER_BYTES } from '#runtime/heap/drc-header.ts';
import { isObject } from '#runtime/heap/reference.ts';
import type { Fault } from '../fault.ts';
import { RELEASING } from '../operations.ts';

export const heapWordWrongEndian: Fault = {
  slug: 'heap-word-wrong-endian',
  title: 'Releasing the fields of a struct reads them with the highest byte first.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/13230'],
  class: 'layout',
  twinBlind: false,
  guilty: RELEASING,
  caughtBy: ['assertion', 'heapIntegrity', 'audit', 'crash', 'poison', 'differential'],
  story: [
    'The words of the heap are little endian on any machine. One of the places that walk over references read them in the order of the machine,',
    'which is the same on most; it showed where it is not, and only once a collector wrote to what it had walked over.',
    '',
    'In this language it is a flag that is missing in a call of getInt32. The place here is the one that finds the references of a struct or',
    'exception that dies.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      protected override pushFields(ref: number, refOffsets: Int32Array): void {
        const view = new DataView(this.i32.buffer);
        for (const offset of refOffsets) {
          const child = view.getInt32(ref + DRC_HEADER_BYTES + offset);
          if (isObject(child)) this.pending.push(child);
        }
      }
    },
  }),
};
