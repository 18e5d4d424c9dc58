import type { TableInstance } from '#runtime/cells.ts';
import { NULL } from '#runtime/heap/reference.ts';
import type { Fault } from '../fault.ts';

export const tableFillNullRaw: Fault = {
  slug: 'table-fill-null-raw',
  title: 'Filling a table with null overwrites objects without releasing them.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/14325',
    'https://github.com/bytecodealliance/wasmtime/pull/14328',
  ],
  class: 'barrier',
  twinBlind: false,
  guilty: ['table.fill'],
  caughtBy: ['audit', 'leakCheck', 'hostLifetimes', 'budget'],
  story: [
    'A fill of a table with null was compiled to a fill of memory with zeros. For functions that is all there is to',
    'do. Objects lose an entry that holds them and keep its count.',
    '',
    'Nothing asserts, and every result is right. In a loop the heap runs full, which is how a fuzzer found it.',
    'table.set with null and array.fill were not affected.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    TableOperations: class extends parts.TableOperations {
      override fillEntries(table: TableInstance, index: number, length: number, value: number): void {
        if (value === NULL) table.cells.fill(NULL, index, index + length);
        else super.fillEntries(table, index, length, value);
      }
    },
  }),
};
