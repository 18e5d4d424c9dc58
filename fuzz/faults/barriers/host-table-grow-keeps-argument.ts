import type { TableInstance } from '#runtime/cells.ts';
import type { Fault } from '../fault.ts';

export const hostTableGrowKeepsArgument: Fault = {
  slug: 'host-table-grow-keeps-argument',
  title: 'The host grows a table and keeps a count of the initial value.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/11416'],
  class: 'ownership at host boundary',
  twinBlind: false,
  guilty: ['growTable'],
  caughtBy: ['audit', 'leakCheck', 'hostLifetimes'],
  story: [
    'Growing a table from outside cloned the initial value for the table and once more for each new entry. The first',
    'clone was nobody\'s: neither the new entries nor the way out gave it back.',
    '',
    'Each call leaves the object with one count too many, even a call that adds no entry, or cannot.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    HostTables: class extends parts.HostTables {
      protected override growBy(table: TableInstance, entries: number, word: number): number {
        if (table.slot === 'ref') this.store.heap.clone(word);
        return super.growBy(table, entries, word);
      }
    },
  }),
};
