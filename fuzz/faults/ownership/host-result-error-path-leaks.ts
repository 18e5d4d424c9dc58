import type { ValType } from '#wasm/syntax/types.ts';
import type { Value } from '#runtime/value.ts';
import { CALLING } from '../operations.ts';
import type { Fault } from '../fault.ts';

export const hostResultErrorPathLeaks: Fault = {
  slug: 'host-result-error-path-leaks',
  title: 'Values that were converted before a wrong one keep their counts.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/2424'],
  class: 'ownership at host boundary',
  twinBlind: false,
  guilty: CALLING,
  caughtBy: ['audit', 'leakCheck', 'hostLifetimes'],
  story: [
    'A host function may return what its type does not allow. Results are converted in turn, each taking a count, and',
    'the first that does not fit ends the call. The way out forgot the counts that had been taken until then.',
    '',
    'The call traps as it must. The objects that came before the wrong value are never freed.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    HostBoundary: class extends parts.HostBoundary {
      override fromHost(values: readonly Value[], types: readonly ValType[], at: number): void {
        const { heap, roots } = this.store;
        try {
          super.fromHost(values, types, at);
        } catch (error) {
          const wrong = values.findIndex((value, i) => !this.fits(value, types[i]!));
          for (const value of values.slice(0, wrong)) if (value.kind === 'object') heap.clone(roots.refOf(value.root));
          throw error;
        }
      }
    },
  }),
};
