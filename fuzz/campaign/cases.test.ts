import { describe, expect, it } from 'vitest';
import type { Bias } from '#fuzz/generators/bias.ts';
import { GENERATORS } from '#fuzz/generators/registry.ts';
import type { Program } from '#fuzz/program/program.ts';
import { NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { packProgram } from '#fuzz/program/record.ts';
import { CorpusChoice, EMPTY_CORPUS, grow } from '#fuzz/feedback/corpus.ts';
import { draftCase } from './cases.ts';
import { WHOLE } from './plan.ts';

const CASES = 30;
const [mixed] = GENERATORS;

/** @param mutations share of them */
function programs(without: readonly Bias[], mutations: number): readonly Program[] {
  const parents = Array.from({ length: 5 }, (_, i) => ({ position: i, program: packProgram(mixed!.generate(i)), features: Int32Array.of(i), cost: 1 }));
  const choice = new CorpusChoice(grow(EMPTY_CORPUS, parents, parents.length));
  const source = { plan: { seed: 5, shard: WHOLE, mutations, without }, generators: [mixed!], choice };
  return Array.from({ length: CASES }, (_, position) => draftCase(position, source).make());
}

describe.each([
  { kind: 'fresh', mutations: 0 },
  { kind: 'mutated', mutations: 1 },
])('$kind cases', ({ mutations }) => {
  it('have schedules', () => {
    expect(programs([], mutations).some(({ schedule }) => schedule.zeal > 0 || schedule.atEntry || schedule.atSafePoints.length > 0)).toBe(true);
  });

  it('drawn without zeal have none, and are the same otherwise', () => {
    const without = programs(['zeal'], mutations);
    expect(without.every(({ schedule }) => schedule === NO_COLLECTIONS)).toBe(true);
    expect(without.map(({ steps }) => steps)).toEqual(programs([], mutations).map(({ steps }) => steps));
  });
});
