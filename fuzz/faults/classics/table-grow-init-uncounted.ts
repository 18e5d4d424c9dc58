import type { TableInstance } from '#runtime/cells.ts';
import type { Fault } from '../fault.ts';

export const tableGrowInitUncounted: Fault = {
  slug: 'table-grow-init-uncounted',
  title: 'The new entries of a table hold an object that nobody has counted.',
  references: [],
  class: 'barrier',
  twinBlind: false,
  guilty: ['table.grow', 'growTable'],
  caughtBy: ['audit', 'assertion', 'heapIntegrity', 'poison', 'differential', 'leakCheck'],
  story: [
    'table.grow gives all new entries one value. Copying the word into them is enough for numbers and functions; entries',
    'that hold objects must each take a count.',
    '',
    'The stack keeps the object alive until the next collection. After that the entries refer to free memory, and',
    'overwriting one gives back a count that it never had.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    TableOperations: class extends parts.TableOperations {
      protected override initEntries(table: TableInstance, first: number, ref: number): void {
        table.cells.fill(ref, first, table.length);
      }
    },
  }),
};
