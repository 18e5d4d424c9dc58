import type { DrcHeap } from '#runtime/collectors/drc.ts';
import type { Fault } from '../fault.ts';
import { COLLECTING } from '../operations.ts';

export const sweepLosesPredecessor: Fault = {
  slug: 'sweep-loses-predecessor',
  title: 'The sweep of the stack-root list links behind the member that it saw last, not the one that it kept last.',
  references: [],
  class: 'ordering',
  twinBlind: false,
  guilty: COLLECTING,
  caughtBy: ['heapIntegrity', 'assertion', 'audit', 'leakCheck', 'poison', 'differential'],
  story: [
    'Taking a member out of a linked list means that the one before it points to the one behind it. A sweep that remembers the',
    'member it has just looked at, even if that one has left the list itself, lets a dead object point to the rest and the',
    'last member that was kept point to a dead one.',
    '',
    'It shows when two members in a row are dropped behind one that is kept. What dropped objects there are at the head of the list',
    'does not matter, nor does a single one.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Heap: class extends (parts.Heap as typeof DrcHeap) {
      /** The member that the sweep looked at last. */
      #seen = 0;

      protected override sweep(): void {
        this.#seen = 0;
        super.sweep();
      }
      protected override unmark(ref: number): void {
        super.unmark(ref);
        this.#seen = ref;
      }
      protected override unlink(ref: number, _previous: number, next: number): void {
        super.unlink(ref, this.#seen, next);
        this.#seen = ref;
      }
    },
  }),
};
