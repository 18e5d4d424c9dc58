import type { HostFunction } from '#runtime/function.ts';
import type { Value } from '#runtime/value.ts';
import type { Fault } from '../fault.ts';
import { CALLING } from '../operations.ts';

export const hostResultCountedTwice: Fault = {
  slug: 'host-result-counted-twice',
  title: 'What a host function returns is counted twice on its way to the stack.',
  references: ['https://github.com/bytecodealliance/wasmtime/issues/13166'],
  class: 'ownership at host boundary',
  twinBlind: false,
  guilty: CALLING,
  caughtBy: ['audit', 'leakCheck', 'hostLifetimes'],
  story: [
    'A reference that comes from the host is given a count for the stack-root list. Here the conversion of the value takes',
    'it, and so does the calling sequence, each in the belief that the other does not.',
    '',
    'One count belongs to nobody, so the object is never freed. That is all: no result is wrong. Calls that return null or',
    'an i31 are right.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    HostBoundary: class extends parts.HostBoundary {
      protected override callOut(callee: HostFunction, args: readonly Value[]): readonly Value[] {
        const results = super.callOut(callee, args);
        const { heap, roots } = this.store;
        for (const value of results) if (value.kind === 'object') heap.clone(roots.refOf(value.root));
        return results;
      }
    },
  }),
};
