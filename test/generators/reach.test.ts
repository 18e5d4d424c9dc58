/** Reach: what generated programs do when they run. A generator that fell silent would fail here and nowhere else. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Tally } from '#fuzz/campaign/statistics.ts';
import { Statistics } from '#fuzz/campaign/statistics.ts';
import { ALL_ORACLES, twins } from '#fuzz/campaign/twins.ts';
import { selfCopy } from '#fuzz/generators/self-copy/self-copy.ts';
import { drcEngine } from '#fuzz/engines/interpreter.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Program } from '#fuzz/program/program.ts';

const CASES = 300;

/** The array.copy of two identical reads, `x a x b n`: of an array onto itself whatever happens. */
function copiesOntoItself({ modules }: Program): boolean {
  return modules.some(({ module }) =>
    module.functions.some(({ body }) =>
      body.some(({ op }, at) => {
        if (op !== Op['array.copy'] || at < 5) return false;
        const [to, , from] = body.slice(at - 5, at);
        return JSON.stringify(to) === JSON.stringify(from) && (to!.op === Op['local.get'] || to!.op === Op['global.get']);
      }),
    ),
  );
}

describe('self-copy', () => {
  const programs = Array.from({ length: CASES }, (_, seed) => selfCopy.generate(seed));
  let tally: Tally;
  beforeAll(() => {
    const statistics = new Statistics();
    const run = twins({ fault: undefined, oracles: ALL_ORACLES });
    for (const program of programs) {
      const { verdict, observation } = run(program);
      statistics.add(program, observation, verdict);
    }
    tally = statistics.tally();
  }, 60_000);

  it('gives cases that say something', () => {
    expect(tally.conclusive).toBeGreaterThan(0.95 * CASES);
    expect(tally.outcomes['instantiated']).toBe(CASES);
    expect(tally.outcomes['returned']).toBeGreaterThan(2 * CASES);
  });

  it('copies arrays, very often onto themselves', () => {
    expect(tally.casesWithArrayCopy).toBeGreaterThan(0.9 * CASES);
    expect(programs.filter(copiesOntoItself).length).toBeGreaterThan(0.5 * CASES);
  });

  it('collects, by schedule, by import, and before growing', () => {
    expect(tally.collections).toBeGreaterThan(10 * CASES);
    const quiet = programs.filter(({ schedule, steps }) =>
      Object.values(schedule).every((value) => value === 0 || value === false || (Array.isArray(value) && value.length === 0)) &&
      !steps.some(({ kind }) => kind === 'collect'));
    expect(quiet.length).toBeGreaterThan(10);
    const engine = drcEngine();
    expect(quiet.some((program) => engine.run(program).effort.collections > 2)).toBe(true);
  });

  it('traps now and then, in more than one way', () => {
    const traps = Object.entries(tally.outcomes).filter(([key]) => key.startsWith('trap '));
    const count = traps.reduce((sum, [, n]) => sum + n, 0);
    expect(traps.length).toBeGreaterThan(1);
    expect(count).toBeGreaterThan(10);
    expect(count).toBeLessThan(tally.outcomes['returned']! / 3);
  });

  it('varies lengths, policies, thresholds and heaps', () => {
    const distinct = (of: (program: Program) => unknown): number => new Set(programs.map(of)).size;
    expect(distinct(({ collector }) => collector.drops)).toBe(2);
    expect(distinct(({ collector }) => collector.oasrThreshold)).toBe(3);
    expect(distinct(({ collector }) => collector.heapGrowthStep)).toBe(3);
    expect(distinct(({ collector }) => collector.initialHeapBytes)).toBe(4);
  });
});
