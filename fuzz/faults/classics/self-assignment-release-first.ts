import type { DrcHeap } from '#runtime/collectors/drc.ts';
import type { Fault } from '../fault.ts';

export const selfAssignmentReleaseFirst: Fault = {
  slug: 'self-assignment-release-first',
  title: 'The write barrier releases the old object before it counts the new one. (A control: nothing comes of it.)',
  references: [],
  class: 'ordering',
  twinBlind: false,
  guilty: [],
  caughtBy: [],
  story: [
    'The mistake that every textbook on reference counting warns of: a cell is set to what it holds, and the object',
    'is released before it is counted again.',
    '',
    'In this design it changes nothing. What is written to a cell has come from a stack, from a host root or out of a cell by',
    'way of the read barrier, and the stack-root list or the root owns a count of it. The count is two at least when the cell',
    'gives up its own. So this is no bug to be found but a control: a report that names it is a false alarm.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      override writeBarrier(cells: Int32Array, index: number, ref: number): void {
        this.drop(cells[index]!);
        this.initBarrier(cells, index, ref);
      }
    },
  }),
};
