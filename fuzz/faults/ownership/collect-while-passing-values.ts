import type { Value } from '#runtime/value.ts';
import { CALLING } from '../operations.ts';
import type { Fault } from '../fault.ts';

export const collectWhilePassingValues: Fault = {
  slug: 'collect-while-passing-values',
  title: 'Values that cross into Wasm together can be collected on the way.',
  references: ['https://nvd.nist.gov/vuln/detail/CVE-2021-39216'],
  class: 'ordering',
  twinBlind: false,
  guilty: [...CALLING, 'entry'],
  caughtBy: ['stackScan', 'assertion', 'audit', 'poison', 'differential'],
  story: [
    'Arguments, and the results of host functions, are entered in the stack-root list one after the other. A list at',
    'its threshold used to ask for a collection there and then.',
    '',
    'What has crossed already is on no stack yet that a stack map describes, so the collection takes it off the list.',
    'Once the host lets go of it too, it is free, and the program holds it. It takes two references that cross',
    'together and a list that is full in between.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    HostBoundary: class extends parts.HostBoundary {
      protected override handOver(value: Value, at: number): void {
        super.handOver(value, at);
        const { heap } = this.store;
        if (!heap.collectionDue()) return;
        // Values in transit are what the runtime forbids collections for.
        const { noGcDepth } = heap;
        heap.noGcDepth = 0;
        this.store.collect('threshold');
        heap.noGcDepth = noGcDepth;
      }
    },
  }),
};
