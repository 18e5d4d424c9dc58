import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '#fuzz/generators/random.ts';
import { runOf } from '#test/support/program.ts';
import type { Candidate, Corpus } from './corpus.ts';
import { packProgram } from '#fuzz/program/record.ts';
import { CorpusChoice, EMPTY_CORPUS, grow, interestOf, updateSince } from './corpus.ts';

const program = packProgram(runOf('(module (func (export "run")))'));

function candidate(position: number, cost: number, ...features: readonly number[]): Candidate {
  return { position, program: { ...program }, features: Int32Array.from(features), cost };
}
function cases({ programs }: Corpus): readonly (readonly [position: number, held: number])[] {
  return programs.map(({ position, held }) => [position, held]);
}

describe('the corpus', () => {
  const first = grow(EMPTY_CORPUS, [candidate(0, 10, 1, 2, 3), candidate(1, 5, 3), candidate(2, 20, 1)], 3);

  it('keeps the cheapest Program for each feature, and no others', () => {
    expect(cases(first)).toEqual([[0, 2], [1, 1]]);
    expect(cases(grow(first, [candidate(3, 1, 1, 2)], 4))).toEqual([[1, 1], [3, 2]]);
  });

  it('prefers the earlier of two that cost the same, in whatever order they come', () => {
    expect(cases(grow(EMPTY_CORPUS, [candidate(5, 1, 9), candidate(4, 1, 9)], 6))).toEqual([[4, 1]]);
  });

  it('is interested in what is new or cheaper', () => {
    const interest = interestOf(first);
    expect(interest(Int32Array.of(1, 2), 10)).toEqual([]);
    expect(interest(Int32Array.of(1, 2, 3), 9)).toEqual([1, 2]);
    expect(interest(Int32Array.of(4), 99)).toEqual([4]);
  });

  it('does not depend on the order in which results come, nor on what workers leave out', () => {
    const candidates = fc.array(fc.tuple(fc.nat(30), fc.uniqueArray(fc.nat(20), { maxLength: 6 })), { maxLength: 30 });
    fc.assert(
      fc.property(candidates, (drawn) => {
        const all = drawn.map(([cost, features], i) => candidate(10 + i, cost, ...features));
        const interest = interestOf(first);
        const reported = all.filter(({ features, cost }) => interest(features, cost).length > 0).toReversed();
        expect(grow(first, reported, 40)).toEqual(grow(first, all, 40));
      }),
      { seed: 7 },
    );
  });

  it('is the same in whatever steps it grows, and whoever brings it up to date', () => {
    const drawn = fc.array(fc.tuple(fc.nat(30), fc.uniqueArray(fc.nat(20), { maxLength: 6 })), { maxLength: 30 });
    fc.assert(
      fc.property(drawn, fc.nat(30), fc.nat(30), (list, one, other) => {
        const all = list.map(([cost, features], i) => candidate(i, cost, ...features));
        const between = (from: number, to: number): readonly Candidate[] => all.filter(({ position }) => position >= from && position < to);
        const [early, late] = [Math.min(one, other), Math.max(one, other)];
        const whole = grow(EMPTY_CORPUS, all, 30);
        const step = grow(EMPTY_CORPUS, between(0, early), early);
        const steps = grow(grow(step, between(early, late), late), between(late, 30), 30);
        expect(steps).toEqual(whole);
        const update = updateSince(whole, early);
        expect(grow(step, update.candidates, update.cases)).toEqual(whole);
        // As it comes back from a file: what has lost all features is not there any more.
        expect(grow(EMPTY_CORPUS, whole.programs, 30)).toEqual(whole);
      }),
      { seed: 8 },
    );
  });

  it('chooses by weight, and the same for the same seed', () => {
    const corpus = grow(EMPTY_CORPUS, [candidate(0, 1, ...Array.from({ length: 64 }, (_, i) => i)), candidate(1, 1, 100)], 2);
    const choice = new CorpusChoice(corpus);
    const draw = (): number => {
      const random = new Random(3);
      return Array.from({ length: 800 }, () => choice.parent(random)).filter((chosen) => chosen === corpus.programs[0]).length;
    };
    expect(draw()).toBe(draw());
    // Seven times as often as the other one.
    expect(draw()).toBeGreaterThan(650);
    expect(draw()).toBeLessThan(750);
  });
});
