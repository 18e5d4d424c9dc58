import { HeapType, heapTypeOf } from '#wasm/syntax/types.ts';
import type { TableInstance } from '#runtime/cells.ts';
import { NULL } from '#runtime/heap/reference.ts';
import type { Fault } from '../fault.ts';

const BOTTOMS: ReadonlySet<number> = new Set([HeapType.none, HeapType.nofunc, HeapType.noextern, HeapType.noexn]);

export const bottomTypeLoadSkipped: Fault = {
  slug: 'bottom-type-load-skipped',
  title: 'An entry of a table that can hold only null is not looked up.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/10353',
    'https://github.com/bytecodealliance/wasmtime/pull/10372',
  ],
  class: 'type',
  twinBlind: false,
  guilty: ['table.get'],
  caughtBy: ['differential', 'v8'],
  story: [
    'A load whose type is a bottom type has only one possible value, null, so the barrier that goes with it and the',
    'load itself were left out. In a table the load was also the test whether the index is inside.',
    '',
    'table.get behind the end of such a table gives null where it should trap. The shortcut is in the code that',
    'barriers come from, and hence in one collector.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    TableOperations: class extends parts.TableOperations {
      override entryBeyond(table: TableInstance): number {
        return BOTTOMS.has(heapTypeOf(table.type.element)) ? NULL : super.entryBeyond(table);
      }
    },
  }),
};
