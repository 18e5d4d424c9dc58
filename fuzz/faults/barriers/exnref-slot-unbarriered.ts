import { ObjectKind } from '#runtime/heap/gc-heap.ts';
import { isObject } from '#runtime/heap/reference.ts';
import type { Store } from '#runtime/store.ts';
import { INITIALISING, WRITING } from '../operations.ts';
import { withFilter } from './filtering-heap.ts';
import type { Fault } from '../fault.ts';

function isException(ref: number, { heap }: Store): boolean {
  return heap.kindOf(ref) === ObjectKind.exn;
}

export const exnrefSlotUnbarriered: Fault = {
  slug: 'exnref-slot-unbarriered',
  title: 'No barrier knows that exceptions are objects.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/11535'],
  class: 'type',
  twinBlind: false,
  guilty: [...INITIALISING, ...WRITING],
  caughtBy: ['audit', 'stackScan', 'assertion', 'poison', 'differential'],
  story: [
    'Whether a type is of references that the collector must know is asked in one place. The answer was no for the',
    'hierarchy of exceptions, which came later than the others. Upstream that failed at once; planted is the quiet',
    'form, where cells of type exnref go without barriers.',
    '',
    'A caught exception that is stored somewhere is freed by the next collection that finds it on no stack. The slot',
    'in which an exception waits while it is thrown is another matter, and counts.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ...withFilter(parts, {
      counts: (ref, cells, store) => isObject(ref) && (cells === store.pendingException || !isException(ref, store)),
      lists: (ref, store) => !isException(ref, store),
    }),
  }),
};
