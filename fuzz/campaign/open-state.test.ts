import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ForeignSpec } from '#fuzz/engines/foreign/foreign-engine.ts';
import { openState } from './open-state.ts';
import type { Plan } from './plan.ts';
import { EPOCH_CASES, WHOLE } from './plan.ts';
import { StateError } from './state.ts';

const PLAN: Plan = { seed: 1, profiles: ['mixed'], fault: undefined, oracles: ['audit'], shard: WHOLE, mutations: 0, epochCases: EPOCH_CASES };

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-open-state-'));
  path = join(folder, 'campaign.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(resume: boolean, planFor: (stored: Plan | undefined) => Plan): Plan {
  const { state, plan } = openState(path, { versions: { gctwin: 'test', node: 'test' }, resume, planFor, rescue: () => {} });
  state.close();
  return plan;
}

describe('openState', () => {
  it('goes on with the same campaign, or begins it', () => {
    for (const resume of [true, false, true]) expect(open(resume, () => PLAN)).toEqual(PLAN);
  });

  it('tells in one sentence how another campaign differs, and what to do', () => {
    open(false, () => PLAN);
    const message = `${path} holds another campaign (seed 1, not 2; planted bug none, not x): keep this one elsewhere with --state FILE, or begin it in place of that one without --resume`;
    expect(() => open(true, () => ({ ...PLAN, seed: 2, fault: 'x' }))).toThrow(new StateError(message));
  });

  it('goes on with other known bugs, and keeps those', () => {
    const pair = { subjects: ['drc'], references: ['null'], suppressions: [] } as const;
    const known = { signature: 'a', engine: 'jsc', reference: 'b' };
    open(false, () => ({ ...PLAN, pair }));
    open(true, () => ({ ...PLAN, pair: { ...pair, suppressions: [known] } }));
    expect(open(true, (stored) => stored!).pair?.suppressions).toEqual([known]);
  });

  it('does not go on without an engine of the campaign', () => {
    const gone: ForeignSpec = { name: 'jsc', family: 'jsc', path: join(folder, 'nowhere'), version: '1.4', flags: [] };
    const pair = { subjects: ['drc'], references: [gone], suppressions: [] } as const;
    open(false, () => ({ ...PLAN, pair }));
    const resumed = (): unknown => open(true, (stored) => stored!);
    expect(resumed).toThrow(StateError);
    expect(resumed).toThrow(`${path} holds a campaign of jsc 1.4 (${gone.path}), which is no longer there: put it back, or begin another campaign`);
  });
});
