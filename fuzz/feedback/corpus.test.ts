import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '#fuzz/generators/random.ts';
import { runOf } from '#test/support/program.ts';
import type { Candidate, Corpus } from './corpus.ts';
import { CorpusChoice, EMPTY_CORPUS, interestOf, mergeEpoch } from './corpus.ts';

const program = runOf('(module (func (export "run")))');

function candidate(caseNumber: number, cost: number, ...features: readonly number[]): Candidate {
  return { caseNumber, program: { ...program }, features: Int32Array.from(features), cost };
}
function cases({ programs }: Corpus): readonly (readonly [caseNumber: number, held: number])[] {
  return programs.map(({ caseNumber, held }) => [caseNumber, held]);
}

describe('the corpus', () => {
  const first = mergeEpoch(EMPTY_CORPUS, [candidate(0, 10, 1, 2, 3), candidate(1, 5, 3), candidate(2, 20, 1)]);

  it('keeps the cheapest Program for each feature, and no others', () => {
    expect(cases(first)).toEqual([[0, 2], [1, 1]]);
    expect(cases(mergeEpoch(first, [candidate(3, 1, 1, 2)]))).toEqual([[1, 1], [3, 2]]);
  });

  it('prefers the earlier of two that cost the same, in whatever order they come', () => {
    expect(cases(mergeEpoch(EMPTY_CORPUS, [candidate(5, 1, 9), candidate(4, 1, 9)]))).toEqual([[4, 1]]);
  });

  it('is interested in what is new or cheaper', () => {
    const interest = interestOf(first);
    expect(interest(Int32Array.of(1, 2), 10)).toBe(false);
    expect(interest(Int32Array.of(1, 2), 9)).toBe(true);
    expect(interest(Int32Array.of(4), 99)).toBe(true);
  });

  it('does not depend on the order in which results come, nor on what workers leave out', () => {
    const candidates = fc.array(fc.tuple(fc.nat(30), fc.uniqueArray(fc.nat(20), { maxLength: 6 })), { maxLength: 30 });
    fc.assert(
      fc.property(candidates, (drawn) => {
        const all = drawn.map(([cost, features], i) => candidate(10 + i, cost, ...features));
        const interest = interestOf(first);
        const reported = all.filter(({ features, cost }) => interest(features, cost)).toReversed();
        expect(cases(mergeEpoch(first, reported))).toEqual(cases(mergeEpoch(first, all)));
      }),
      { seed: 7 },
    );
  });

  it('chooses by weight, and the same for the same seed', () => {
    const corpus = mergeEpoch(EMPTY_CORPUS, [candidate(0, 1, ...Array.from({ length: 64 }, (_, i) => i)), candidate(1, 1, 100)]);
    const choice = new CorpusChoice(corpus);
    const draw = (): number => {
      const random = new Random(3);
      return Array.from({ length: 800 }, () => choice.parent(random)).filter((chosen) => chosen === corpus.programs[0]!.program).length;
    };
    expect(draw()).toBe(draw());
    // Seven times as often as the other one.
    expect(draw()).toBeGreaterThan(650);
    expect(draw()).toBeLessThan(750);
  });
});
