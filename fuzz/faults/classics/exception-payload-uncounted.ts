import type { ExceptionLayout } from '#runtime/heap/layout.ts';
import type { Fault } from '../fault.ts';

export const exceptionPayloadUncounted: Fault = {
  slug: 'exception-payload-uncounted',
  title: 'An exception holds its payload without counting it.',
  references: [],
  class: 'barrier',
  twinBlind: false,
  guilty: ['throw'],
  caughtBy: ['audit', 'assertion', 'heapIntegrity', 'poison', 'differential', 'leakCheck'],
  story: [
    'throw copies its operands into the new exception as if all of them were numbers. The exception refers to objects',
    'without owning them, and gives back counts that it never took when it dies.',
    '',
    'An exception that is caught at once does no harm, for the stack still holds the payload. It takes one that outlives a',
    'collection, or the death of the exception while somebody else owns the payload.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ExceptionOperations: class extends parts.ExceptionOperations {
      protected override initPayload(layout: ExceptionLayout, body: number, at: number): void {
        const fields = layout.fields.map(({ offset, kind }) => ({ offset, kind: kind === 'ref' ? ('w32' as const) : kind }));
        super.initPayload({ ...layout, fields }, body, at);
      }
    },
  }),
};
