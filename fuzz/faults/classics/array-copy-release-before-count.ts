import type { TableInstance } from '#runtime/cells.ts';
import type { Fault } from '../fault.ts';

export const arrayCopyReleaseBeforeCount: Fault = {
  slug: 'array-copy-release-before-count',
  title: 'A bulk copy releases the old element before it counts the new one.',
  references: ['https://github.com/bytecodealliance/wasmtime/issues/10182'],
  class: 'ordering',
  twinBlind: false,
  guilty: ['array.copy', 'table.copy'],
  caughtBy: ['audit', 'assertion', 'poison', 'differential'],
  story: [
    'array.copy and table.copy move references from slot to slot: first the slot gives up what it holds, then what',
    'comes in is counted. When both are the same object and the slot is its only owner, the object dies in between',
    'and the slot is left with a reference to free memory. This is how a public analysis explained the issue; the',
    'fix tells another story, planted as const-expr-nested-no-clone.',
    '',
    'It takes a copy of a range onto itself, or onto an overlapping range with repeated elements, after a',
    'collection has emptied the stack-root list. Deferred drops hide it, because an object that waits for its',
    'release can still be counted.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ObjectOperations: class extends parts.ObjectOperations {
      protected override copyReference(to: number, from: number): void {
        const { heap } = this.store;
        heap.drop(heap.i32[to]!);
        heap.initBarrier(heap.i32, to, heap.i32[from]!);
      }
    },
    TableOperations: class extends parts.TableOperations {
      protected override copyEntry(target: TableInstance, to: number, source: TableInstance, from: number): void {
        const { heap } = this.store;
        heap.drop(target.cells[to]!);
        heap.initBarrier(target.cells, to, source.cells[from]!);
      }
    },
  }),
};
