import { describe, expect, it } from 'vitest';
import { ALL_ORACLES, twins } from '#fuzz/campaign/twins.ts';
import { findFault } from '#fuzz/faults/registry.ts';
import type { Finding } from '#fuzz/findings/finding.ts';
import { readEntry } from '#fuzz/program/entry.ts';
import type { Program } from '#fuzz/program/program.ts';
import { explainedOperation, unrelatedBecause } from './judge.ts';
import type { RunRecord } from './record.ts';
import { makeRuns } from './runner.ts';
import type { Task } from './task.ts';

const FAULT = 'const-expr-nested-no-clone';
const VERSIONS = { gctwin: '0', node: 'v0', commit: '', machine: '' };
const ORACLES = [...ALL_ORACLES];

async function runsOf(tasks: readonly Task[], interrupted = new AbortController().signal): Promise<readonly RunRecord[]> {
  const runs: RunRecord[] = [];
  await makeRuns(tasks, { versions: VERSIONS, jobs: 1, shrinkSeconds: 60, interrupted, onEnd: (run) => runs.push(run) });
  return runs;
}

describe('a run', () => {
  it('finds an easy bug, shrinks it and names where it lies', async () => {
    const task: Task = { fault: FAULT, seed: 1, variant: 'full', budget: { cases: 200, cpuSeconds: 120 } };
    const [run] = await runsOf([task]);
    expect(run).toMatchObject({ ...task, outcome: 'found', reason: '', finding: { guilty: 'constant expression' } });
    expect(run!.cases).toBeLessThanOrEqual(200);
    expect(run!.finding!.instructions).toBeLessThan(run!.finding!.originalInstructions);
  }, 240_000);

  it('leaves a finding as it is when something was taken away', async () => {
    const task: Task = { fault: FAULT, seed: 1, variant: 'no-v8', budget: { cases: 200, cpuSeconds: 120 } };
    const [run] = await runsOf([task]);
    expect(run).toMatchObject({ ...task, outcome: 'found', finding: { guilty: null, complete: false } });
    expect(run!.finding!.instructions).toBe(run!.finding!.originalInstructions);
  }, 240_000);

  it('gives up when its cases are spent', async () => {
    const task: Task = { fault: 'array-copy-release-before-count', seed: 1, variant: 'no-feedback', budget: { cases: 1, cpuSeconds: 120 } };
    expect(await runsOf([task])).toMatchObject([{ outcome: 'missed', cases: 1, finding: null }]);
  }, 120_000);

  it('leaves nothing behind when it is interrupted', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    const task: Task = { fault: FAULT, seed: 1, variant: 'full', budget: { cases: 1_000_000, cpuSeconds: 120 } };
    expect(await runsOf([task], controller.signal)).toEqual([]);
  }, 60_000);
});

describe('a finding', () => {
  const { program } = readEntry('corpus/seeds/self-copy');
  const { verdict } = twins({ fault: findFault(FAULT), oracles: ALL_ORACLES }).examine(program);
  const finding = {
    program,
    original: program,
    failure: (verdict as Extract<typeof verdict, { kind: 'disagree' }>).failure,
    fault: FAULT,
    origin: { campaignSeed: 1, caseNumber: 0, generator: 'mixed', generatorVersion: 1, generatorSeed: 0 },
    versions: { gctwin: '0', node: 'v0' },
    shrinking: { tries: 0, complete: true },
  } satisfies Finding;
  /** No engine accepts it, with the fault or without it. */
  const [first] = program.modules;
  const broken: Program = {
    ...program,
    modules: [first!, { name: 'broken', module: { ...first!.module, start: 1000 } }],
    steps: [...program.steps, { kind: 'instantiate', module: 1 }],
  };

  it('is of the fault when it is gone without it, and explained by its place', () => {
    expect(unrelatedBecause(finding, ORACLES, [])).toBeUndefined();
    expect(explainedOperation(finding, [])).toBe('constant expression');
  });

  it('is not when it stays, as found or as shrunk, or when there is no case', () => {
    const { verdict: wrong } = twins({ fault: undefined, oracles: ALL_ORACLES }).examine(broken);
    const failure = (wrong as Extract<typeof wrong, { kind: 'disagree' }>).failure;
    expect(unrelatedBecause({ ...finding, failure, original: broken }, ORACLES, [])).toMatch(/^the case fails/);
    expect(unrelatedBecause({ ...finding, failure, program: broken }, ORACLES, [])).toMatch(/^the shrunk case fails/);
    expect(unrelatedBecause({ ...finding, original: { ...program, modules: [] } }, ORACLES, [])).toMatch(/before the case/);
  });
});
