import { expect, it } from 'vitest';
import type { ForeignSpec } from '#fuzz/engines/foreign/foreign-engine.ts';
import type { Pair } from './pairing.ts';
import { planDifferences } from './plan-differences.ts';
import type { Plan } from './plan.ts';

const PLAN: Plan = { seed: 1, profiles: ['mixed'], fault: undefined, oracles: ['audit', 'crash'], shard: { index: 1, count: 1 }, mutations: 0, epochCases: 512 };
const jsc: ForeignSpec = { name: 'jsc', family: 'jsc', path: '/bun', version: '1.4', flags: [] };
const pair: Pair = { subjects: [jsc], references: ['null'], suppressions: [] };
const known = { signature: 'a', engine: 'jsc', reference: 'b' };

it('tells nothing of plans that are alike but for what is known', () => {
  expect(planDifferences({ ...PLAN, pair }, { ...PLAN, pair: { ...pair, suppressions: [known] }, oracles: ['crash', 'audit'] })).toEqual([]);
});

it.each<[Partial<Plan>, Partial<Plan>, readonly string[]]>([
  [{}, { seed: 2, profiles: ['mixed', 'calls'] }, ['seed 1, not 2', 'profiles mixed, not mixed,calls']],
  [{ fault: 'a' }, { shard: { index: 2, count: 3 } }, ['planted bug a, not none', 'shard 1/1, not 2/3']],
  [{ mutations: 0.5 }, {}, ['mutations 0.5, not 0']],
  [{}, { pair }, ['engines the twins, not jsc 1.4 at /bun against null']],
  [{ pair }, { pair: { ...pair, subjects: ['drc'], suppressions: [known] } }, ['engines jsc 1.4 at /bun against null, not drc against null']],
  [{ pair }, { pair: { ...pair, subjects: [{ ...jsc, flags: ['--fast'] }] } }, ['other flags of engines']],
  [{}, { oracles: ['audit'], epochCases: 1 }, ['other oracles', 'other epochs']],
])('tells %j from %j', (stored, wanted, told) => {
  expect(planDifferences({ ...PLAN, ...stored }, { ...PLAN, ...wanted })).toEqual(told);
});
