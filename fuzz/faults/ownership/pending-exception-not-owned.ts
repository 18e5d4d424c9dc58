import type { Fault } from '../fault.ts';

export const pendingExceptionNotOwned: Fault = {
  slug: 'pending-exception-not-owned',
  title: 'The exception on its way to a handler is not counted.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/13316',
    'https://github.com/bytecodealliance/wasmtime/pull/13330',
  ],
  class: 'ownership at host boundary',
  twinBlind: false,
  guilty: ['throw', 'throw_ref'],
  caughtBy: ['audit', 'assertion', 'poison', 'differential'],
  story: [
    'A thrown exception waits in a slot of the store until someone catches it. The slot was not thought of as an',
    'owner, because nothing happens between throw and catch. But the exception may pass through the host, and the',
    'host may collect.',
    '',
    'The exception is then freed, and what is caught has another tag, another payload, or none. Catching takes a',
    'count of its own, so that nothing shows unless there is a collection.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ExceptionOperations: class extends parts.ExceptionOperations {
      override setPending(ref: number): void {
        this.store.pendingException[0] = ref;
      }
      override takePending(): number {
        const ref = super.takePending();
        this.store.heap.clone(ref);
        return ref;
      }
    },
  }),
};
