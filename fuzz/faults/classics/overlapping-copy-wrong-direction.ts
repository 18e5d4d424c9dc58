import type { TableInstance } from '#runtime/cells.ts';
import type { SlotKind } from '#runtime/heap/layout.ts';
import type { Fault } from '../fault.ts';

export const overlappingCopyWrongDirection: Fault = {
  slug: 'overlapping-copy-wrong-direction',
  title: 'A bulk copy always begins at the first element.',
  references: [],
  class: 'ordering',
  twinBlind: true,
  guilty: ['array.copy', 'table.copy'],
  caughtBy: ['v8', 'differential'],
  story: [
    'A copy within one array or table to a higher index has to begin at the end. One that begins at the start reads',
    'elements that it has itself overwritten, so that the first few are repeated all the way.',
    '',
    'Each step counts rightly, so no count is ever wrong: the wrong elements have the right number of owners. Nothing',
    'within the runtime can tell, and its twin copies in the same way; it takes somebody who knows what the program',
    'should have computed.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ObjectOperations: class extends parts.ObjectOperations {
      protected override copyReferences(to: number, from: number, length: number, slot: SlotKind): void {
        for (let i = 0; i < length; i++) this.copyReference(to + i, from + i, slot);
      }
    },
    TableOperations: class extends parts.TableOperations {
      protected override copyEntries(target: TableInstance, to: number, source: TableInstance, from: number, length: number): void {
        for (let i = 0; i < length; i++) this.copyEntry(target, to + i, source, from + i);
      }
    },
  }),
};
