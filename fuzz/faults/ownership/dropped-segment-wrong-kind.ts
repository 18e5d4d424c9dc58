import type { ElementInstance, TableInstance } from '#runtime/cells.ts';
import type { Fault } from '../fault.ts';

export const droppedSegmentWrongKind: Fault = {
  slug: 'dropped-segment-wrong-kind',
  title: 'A segment that is gone is a segment of functions.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/8281',
    'https://github.com/bytecodealliance/wasmtime/pull/8283',
    'https://github.com/bytecodealliance/wasmtime/pull/8018',
  ],
  class: 'type',
  twinBlind: true,
  guilty: ['table.init'],
  caughtBy: ['crash'],
  story: [
    'Segments that were dropped or only declared have no items, and were represented by an empty list of functions.',
    'table.init compared the kind of the list with that of the table before it looked at the length.',
    '',
    'Initialising no entries of an externref table from such a segment is allowed and does nothing. It was an',
    'internal error. Tables of functions are not affected.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    TableOperations: class extends parts.TableOperations {
      /** Those that declared segments are like from the beginning are of functions anyway. */
      readonly #dropped = new WeakSet<ElementInstance>();

      override dropElements(segment: ElementInstance): void {
        this.#dropped.add(segment);
        super.dropElements(segment);
      }
      override init(table: TableInstance, segment: ElementInstance): void {
        const functions = segment.slot === 'func' || this.#dropped.has(segment);
        if (functions !== (table.slot === 'func')) throw new TypeError('the kinds of table and segment differ');
        super.init(table, segment);
      }
    },
  }),
};
