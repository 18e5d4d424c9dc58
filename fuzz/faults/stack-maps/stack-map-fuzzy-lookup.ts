import type { Fault } from '../fault.ts';
import { COLLECTING } from '../operations.ts';
import { withPredecessors } from './predecessor.ts';

export const stackMapFuzzyLookup: Fault = {
  slug: 'stack-map-fuzzy-lookup',
  title: 'A safe point without references uses an earlier stack map of its function.',
  references: ['https://nvd.nist.gov/vuln/detail/CVE-2021-39218'],
  class: 'stack maps',
  twinBlind: false,
  guilty: COLLECTING,
  caughtBy: ['assertion', 'heapIntegrity', 'audit', 'differential', 'crash', 'scheduleInvariance'],
  story: [
    'Where no reference is live, no stack map was written, and looking one up was forgiving: it found the one before. The slots that it',
    'names may hold something else by now. A number there is taken for a root, and a collection later on frees memory at an address that',
    'the program has chosen.',
    '',
    'Locals that are references keep a function safe here, because they are in all its maps.',
  ].join('\n'),
  plant: withPredecessors((entry, fn) => entry.fn === fn),
};
