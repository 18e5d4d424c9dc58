import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { COUNT_WORD } from '#runtime/heap/drc-header.ts';
import type { Fault } from '../fault.ts';
import { RELEASING } from '../operations.ts';

export const deferredDropCountNotRestored: Fault = {
  slug: 'deferred-drop-count-not-restored',
  title: 'An object waits for its release without a count.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/13842'],
  class: 'ordering',
  twinBlind: false,
  guilty: RELEASING,
  caughtBy: ['audit', 'assertion'],
  story: [
    'Whoever takes the last count of an object does not free it at once: the object is set aside until the next',
    'collection, which takes a count off it once more, as off any other. So it has to wait with a count of one. Here',
    'the count is left at zero.',
    '',
    'The collection then finds a count below what it needs. This is a danger of the design, not a reported bug. It',
    'does not exist where objects are freed at once.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      protected override lastOwnerGone(ref: number): void {
        if (this.options.drops === 'deferred') this.i32[(ref >> 2) + COUNT_WORD] = 0;
        super.lastOwnerGone(ref);
      }
    },
  }),
};
