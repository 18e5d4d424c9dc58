import type { Fault } from '../fault.ts';

export const failedInstanceReleasesStaleSlots: Fault = {
  slug: 'failed-instance-releases-stale-slots',
  title: 'An instance that fails releases what the one before it had in its globals.',
  references: [
    'https://nvd.nist.gov/vuln/detail/CVE-2022-23636',
    'https://github.com/bytecodealliance/wasmtime/issues/3818',
  ],
  class: 'ownership at host boundary',
  twinBlind: false,
  guilty: ['failed instance'],
  caughtBy: ['assertion', 'audit', 'heapIntegrity', 'poison', 'differential'],
  story: [
    'The storage of instances comes from a pool, and the words of the tenant before are still in it. Normally the new',
    'instance overwrites them before anyone looks. If it fails before it gets there, the clean-up releases its',
    'globals all the same, and with them what the other instance held and has released already.',
    '',
    'It takes an instance with objects in its globals that is taken down, and another one in the same storage that',
    'fails early.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    GlobalStorage: class extends parts.GlobalStorage {
      protected override clear(): void {}
    },
  }),
};
