import type { TableInstance } from '#runtime/cells.ts';
import type { Fault } from '../fault.ts';

export const hostTableSetKeepsOldCount: Fault = {
  slug: 'host-table-set-keeps-old-count',
  title: 'The host sets a table entry and forgets what was there.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/11416'],
  class: 'ownership at host boundary',
  twinBlind: false,
  guilty: ['setTable'],
  caughtBy: ['audit', 'leakCheck', 'hostLifetimes'],
  story: [
    'An embedder can set the entries of a table. The setter counted the new value, as for an entry that holds nothing',
    'yet, and left the count of the old one where it was.',
    '',
    'The object that was there can never be freed. Tables that only programs write to are all right.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    HostTables: class extends parts.HostTables {
      protected override writeReference({ cells }: TableInstance, index: number, ref: number): void {
        this.store.heap.initBarrier(cells, index, ref);
      }
    },
  }),
};
