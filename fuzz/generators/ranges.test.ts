import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';
import type { Ranges, Relation } from './ranges.ts';
import { drawRanges } from './ranges.ts';

const draws = fc.tuple(fc.integer(), fc.integer({ min: 3, max: 40 }));
function isInBounds({ to, from, length }: Ranges, within: number): boolean {
  return to >= 0 && from >= 0 && Math.max(to, from) + length <= within;
}

describe('drawRanges', () => {
  it.each([
    ['identical', ({ to, from }) => to === from],
    ['forward', ({ to, from, length }) => to > from && to < from + length],
    ['backward', ({ to, from, length }) => from > to && from < to + length],
    ['adjacent', ({ to, from, length }) => Math.abs(to - from) === length],
    ['apart', ({ to, from, length }) => Math.abs(to - from) > length],
  ] satisfies [Relation, (ranges: Ranges) => boolean][])('draws %s ranges in bounds', (relation, holds) => {
    const drawn = ([seed, within]: readonly [number, number]): void => {
      const ranges = drawRanges(new Random(seed), [[1, relation]], within);
      expect(ranges.length > 0 && isInBounds(ranges, within) && holds(ranges), JSON.stringify({ within, ...ranges })).toBe(true);
    };
    fc.assert(fc.property(draws, drawn), { seed: 1, numRuns: 300 });
  });

  it.each([0, 1, 2])('makes do with %i elements', (within) => {
    for (const relation of ['identical', 'forward', 'backward', 'adjacent', 'apart'] as const) {
      for (let seed = 0; seed < 20; seed++) {
        const ranges = drawRanges(new Random(seed), [[1, relation]], within);
        expect(isInBounds(ranges, within)).toBe(true);
        expect(ranges.length).toBeGreaterThanOrEqual(Math.min(1, within));
      }
    }
  });
});
