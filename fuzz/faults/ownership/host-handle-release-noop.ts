import type { HostRoot } from '#runtime/host-roots.ts';
import type { Fault } from '../fault.ts';

export const hostHandleReleaseNoop: Fault = {
  slug: 'host-handle-release-noop',
  title: 'Releasing a handle of the host does nothing.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/pull/11799',
    'https://nvd.nist.gov/vuln/detail/CVE-2025-61670',
  ],
  class: 'ownership at host boundary',
  twinBlind: false,
  guilty: ['release'],
  caughtBy: ['leakCheck', 'budget', 'hostLifetimes'],
  story: [
    'The C interface has handles that the embedder must release. The function to do so borrowed the handle where it',
    'should have taken it: it returned, and the handle was as before.',
    '',
    'Everything that the host has ever held stays rooted until the store ends. No result is wrong; the list of roots',
    'grows, and the heap.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    HostRoots: class extends parts.HostRoots {
      override release(root: HostRoot): void {
        this.refOf(root);
      }
    },
  }),
};
