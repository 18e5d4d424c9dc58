import { CALLING } from '../operations.ts';
import type { Fault } from '../fault.ts';

export const pendingExceptionOverwriteLeaks: Fault = {
  slug: 'pending-exception-overwrite-leaks',
  title: 'An exception that replaces another one does not release it.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/13330'],
  class: 'barrier',
  twinBlind: false,
  guilty: ['throw', 'throw_ref', ...CALLING],
  caughtBy: ['audit', 'leakCheck', 'hostLifetimes'],
  story: [
    'There is one slot for the exception on its way. A second exception that is thrown while the first still waits',
    'takes its place, as when the host calls back twice and both calls throw. The first was overwritten like a slot',
    'that holds nothing.',
    '',
    'It keeps its count and its payload, and both stay for ever.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ExceptionOperations: class extends parts.ExceptionOperations {
      override setPending(ref: number): void {
        this.store.heap.initBarrier(this.store.pendingException, 0, ref);
      }
    },
  }),
};
