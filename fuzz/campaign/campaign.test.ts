import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ForeignSpec } from '#fuzz/engines/foreign/foreign-engine.ts';
import type { Finding, Origin } from '#fuzz/findings/finding.ts';
import { GENERATORS } from '#fuzz/generators/registry.ts';
import type { OracleName } from '#fuzz/oracles/verdict.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import { instructionsOf } from '#fuzz/program/size.ts';
import { TROUBLED } from '#test/support/troubled-worker.ts';
import { encode } from '#wasm/binary/encode.ts';
import { draftCase } from './cases.ts';
import type { CampaignOptions, CampaignReport } from './campaign.ts';
import { runCampaign } from './campaign.ts';
import { openState } from './open-state.ts';
import type { Plan } from './plan.ts';
import { EPOCH_CASES, MUTATIONS, WHOLE, caseNumberAt } from './plan.ts';

const FAULT = 'array-copy-release-before-count';
/** A fixed few: which cases fail must not depend on oracles to come. */
const ORACLES: readonly OracleName[] = ['differential', 'assertion', 'heapIntegrity', 'poison', 'audit', 'stackScan', 'leakCheck', 'crash', 'hang'];
const PLAN: Plan = { seed: 1, profiles: ['self-copy'], fault: undefined, oracles: ORACLES, shard: WHOLE, mutations: 0, epochCases: EPOCH_CASES };
const PLANTED: Plan = { ...PLAN, fault: FAULT };
const VERSIONS = { gctwin: 'test', node: 'test' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-campaign-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Session {
  readonly report: CampaignReport;
  /** What the file says at the end, without times. */
  readonly stored: readonly object[];
  readonly findings: readonly Finding[];
  /** How processes ended that were to shrink. */
  readonly givenUp: readonly string[];
  /** Positions, as the file says. */
  readonly corpus: readonly number[];
}

async function session(name: string, plan: Plan, changes: Partial<CampaignOptions>): Promise<Session> {
  const { state } = openState(join(folder, name), { versions: VERSIONS, resume: true, planFor: () => plan, rescue: () => {} });
  const findings: Finding[] = [];
  const givenUp: string[] = [];
  try {
    const report = await runCampaign({
      plan,
      versions: VERSIONS,
      state,
      workers: 1,
      runs: 100,
      maxTimeMs: Number.POSITIVE_INFINITY,
      stopAtFirstFinding: false,
      interrupted: new AbortController().signal,
      onSighting: () => {},
      onFinding: (finding) => findings.push(finding),
      onGivenUp: (_, { how }) => givenUp.push(how),
      onProgress: () => {},
      ...changes,
    });
    expect(state.isSound()).toBe(true);
    const stored = state.findings().filter(({ cases }) => cases > 0).map(({ signature, cases, firstCase, lastCase, settled, finding }) => ({
      signature,
      cases,
      firstCase,
      lastCase,
      settled,
      instructions: instructionsOf(finding.program),
      modules: finding.program.modules.map(({ module }) => encode(module)),
    }));
    return { report, stored, findings, givenUp, corpus: state.candidates().map(({ position }) => position) };
  } finally {
    state.close();
  }
}

describe('the cases of a campaign', () => {
  it('are made from seed and number alone', () => {
    const originOf = (seed: number, position: number): Origin => draftCase(position, { plan: { ...PLAN, seed }, generators: GENERATORS, choice: undefined }).origin;
    expect(originOf(7, 3)).toEqual(originOf(7, 3));
    const seeds = [0, 1, 2].flatMap((seed) => [0, 1, 2].map((i) => originOf(seed, i).generatorSeed));
    expect(new Set(seeds).size).toBe(9);
  });

  it('are shared out among shards, each case to one', () => {
    const numbers = [1, 2, 3].flatMap((index) => [0, 1, 2, 3].map((position) => caseNumberAt({ index, count: 3 }, position)));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });
});

describe('runCampaign', () => {
  it('finds the same with one worker, with two, and after it was interrupted', async () => {
    const [one, two] = await Promise.all([session('one', PLANTED, { runs: 40 }), session('two', PLANTED, { runs: 40, workers: 2 })]);
    await session('halves', PLANTED, { runs: 33, workers: 2 });
    const halves = await session('halves', PLANTED, { runs: 40, workers: 2 });
    expect(two.stored).toEqual(one.stored);
    expect(halves.stored).toEqual(one.stored);
    expect(two.report.progress.tally).toEqual(one.report.progress.tally);
    expect(halves.report.progress.tally).toEqual(one.report.progress.tally);
    expect(halves.report.sessionCases).toBe(7);
    // Frozen: whoever changes this changes what seeds mean.
    expect(one.stored).toMatchObject([
      { signature: 'undercount / array.copy / none', cases: 5, firstCase: 4, lastCase: 32, settled: true, instructions: 8 },
    ]);
  }, 120_000);

  it('makes the same of the corpus with one worker, with two, and after it was interrupted twice', async () => {
    const plan: Plan = { ...PLAN, profiles: ['mixed'], mutations: MUTATIONS, epochCases: 32 };
    const [one, two] = await Promise.all([session('one', plan, { runs: 240 }), session('two', plan, { runs: 240, workers: 2 })]);
    // In the middle of epochs: of one whose corpus is empty, and of one whose corpus is not.
    await session('thirds', plan, { runs: 50 });
    await session('thirds', plan, { runs: 150, workers: 2 });
    const thirds = await session('thirds', plan, { runs: 240, recycleAfter: 40 });
    expect(thirds.report.progress.workers.recycled).toBe(2);
    const { tally } = one.report.progress;
    expect(tally.mutated).toBeGreaterThan(80);
    expect(one.report.coverage.features).toBeGreaterThan(500);
    for (const other of [two, thirds]) {
      expect(other.report.progress.tally).toEqual(tally);
      expect(other.corpus).toEqual(one.corpus);
    }
  }, 120_000);

  it('stops at the first finding, whatever other workers have found', async () => {
    const { stored, report } = await session('first', PLANTED, { workers: 2, runs: 500, stopAtFirstFinding: true });
    expect(stored).toMatchObject([{ firstCase: 4, cases: 1, instructions: 8 }]);
    expect(report.progress.cases).toBe(5);
  }, 60_000);

  it('ends when the time is up and when it is interrupted, and says what it has done', async () => {
    expect((await session('no time', PLAN, { maxTimeMs: 0 })).report.progress.cases).toBe(0);
    const controller = new AbortController();
    const onProgress = ({ progress: { cases } }: CampaignReport): void => {
      if (cases > 0) controller.abort();
    };
    const { report } = await session('stopped', PLAN, { runs: 1_000_000, interrupted: controller.signal, onProgress });
    expect(report.progress.cases).toBeGreaterThan(0);
    expect(report.progress.cases).toBe(report.progress.tally.cases);
  }, 60_000);

  it('counts what an oracle that is off would have said as inconclusive', async () => {
    const { report } = await session('silent', { ...PLANTED, oracles: ['differential'] }, { runs: 40 });
    const { tally } = report.progress;
    expect(tally.inconclusive['assertion is off']).toBeGreaterThan(0);
    expect(tally.conclusive).toBeLessThan(tally.cases);
  }, 60_000);

  it('shrinks what it finds between engines', async () => {
    const v8: ForeignSpec = { name: 'v8', family: 'v8', path: process.execPath, version: '26.1', flags: ['--expose-gc'] };
    const { stored, givenUp } = await session('pair', { ...PLANTED, pair: { subjects: ['drc'], references: [v8], suppressions: [] } }, { stopAtFirstFinding: true });
    expect(stored).toMatchObject([{ firstCase: 4, settled: true, instructions: 8 }]);
    expect(givenUp).toEqual([]);
  }, 60_000);

  it('survives cases that end or hang their process, and blames just them', async () => {
    const workerEntry = new URL('../../test/support/troubled-worker.ts', import.meta.url);
    const { report, findings, stored, givenUp } = await session('troubled', { ...PLAN, profiles: ['troubled'] }, { runs: 20, workerEntry, generators: [TROUBLED], hangMs: 3000 });
    expect(report.progress.tally).toMatchObject({ cases: 20, conclusive: 20 });
    expect(findings.map(({ failure, origin }) => [signatureOf(failure), origin.caseNumber])).toEqual([
      ['crash / worker / generate / none', 5],
      ['hang / worker / generate / none', 9],
      ['crash / generator / troubled / none', 12],
      ['crash / worker / run / none', 15],
      ['assertion / troubled / shrink / none', 17],
    ]);
    expect(findings.map(({ failure }) => failure.message)).toEqual([
      'the worker ended while case 5 was generated: SIGKILL; its last words: so long',
      'the worker ended while case 9 was generated: no answer in 3 s',
      expect.stringContaining('generator troubled broke down at seed'),
      'the worker ended in case 15: exit status 7',
      'kills who shrinks it',
    ]);
    // Where a Program was made, it is there to be run again.
    expect(findings.map(({ program }) => program.modules.length)).toEqual([0, 0, 0, 1, 1]);
    expect(stored).toHaveLength(5);
    expect(givenUp).toEqual(['exit status 8']);
  }, 120_000);
});
