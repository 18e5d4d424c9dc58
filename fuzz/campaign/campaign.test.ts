import { describe, expect, it } from 'vitest';
import { findFault } from '#fuzz/faults/registry.ts';
import { GeneratorError } from '#fuzz/generators/generator.ts';
import { GENERATORS } from '#fuzz/generators/registry.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import { encode } from '#wasm/binary/encode.ts';
import type { CampaignOptions } from './campaign.ts';
import { originOf, runCampaign } from './campaign.ts';
import { ALL_ORACLES, twins } from './twins.ts';

const FAULT = 'array-copy-release-before-count';

function options(changes: Partial<CampaignOptions>): CampaignOptions {
  return {
    seed: 1,
    generators: GENERATORS,
    twins: twins({ fault: undefined, oracles: ALL_ORACLES }),
    fault: undefined,
    versions: { gctwin: 'test', node: 'test' },
    runs: 20,
    maxTimeMs: Number.POSITIVE_INFINITY,
    stopAtFirstFinding: false,
    interrupted: new AbortController().signal,
    onFinding: () => {},
    onProgress: () => {},
    ...changes,
  };
}
const planted = { twins: twins({ fault: findFault(FAULT), oracles: ALL_ORACLES }), fault: FAULT } as const;

describe('runCampaign', () => {
  it('makes each case from seed and number alone', () => {
    expect(originOf(7, 3, GENERATORS)).toEqual(originOf(7, 3, GENERATORS));
    const seeds = [0, 1, 2].flatMap((seed) => [0, 1, 2].map((i) => originOf(seed, i, GENERATORS).origin.generatorSeed));
    expect(new Set(seeds).size).toBe(9);
  });

  it('finds the same with the same seed, smaller than it was', async () => {
    const runs = await Promise.all([runCampaign(options({ ...planted, runs: 40 })), runCampaign(options({ ...planted, runs: 40 }))]);
    const [first, second] = runs.map(({ discoveries }) =>
      discoveries.map(({ finding }) => [signatureOf(finding.failure), finding.origin, encode(finding.program.modules[0]!.module)]),
    );
    expect(first!.length).toBeGreaterThan(0);
    expect(second).toEqual(first);
    expect(runs[0].tally).toEqual(runs[1].tally);
  });

  it('stops at the first finding, when the time is up, and when it is interrupted', async () => {
    expect((await runCampaign(options({ ...planted, stopAtFirstFinding: true, runs: 500 }))).discoveries).toHaveLength(1);
    expect((await runCampaign(options({ maxTimeMs: 0 }))).tally.cases).toBe(0);
    const controller = new AbortController();
    controller.abort();
    const { tally } = await runCampaign(options({ runs: 100_000, interrupted: controller.signal }));
    expect(tally.cases).toBeLessThan(1000);
  });

  it('counts what an oracle that is off would have said as inconclusive', async () => {
    const silent = twins({ fault: findFault(FAULT), oracles: new Set(['differential']) });
    const { tally } = await runCampaign(options({ twins: silent, runs: 40 }));
    expect(tally.inconclusive['assertion is off']).toBeGreaterThan(0);
    expect(tally.conclusive).toBeLessThan(tally.cases);
  });

  it('ends with a report when a generator breaks down', async () => {
    const broken = { name: 'broken', version: 1, summary: '', generate: (seed: number) => { throw new GeneratorError('broken', seed, new Error('abort')); } };
    const { defect, tally } = await runCampaign(options({ generators: [broken] }));
    expect(defect?.message).toMatch(/^generator broken broke down at seed -?\d+: abort$/);
    expect(tally.cases).toBe(0);
  });
});
