import { describe, expect, it } from 'vitest';
import { median, medianInterval } from './median.ts';

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => n - i);

describe('the median', () => {
  it('is the middle one, or between the two in the middle', () => {
    expect(median([5])).toBe(5);
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('is known while fewer than half are censored, and beyond the censoring otherwise', () => {
    expect(median([1, 2, Infinity])).toBe(2);
    expect(median([1, 2, Infinity, Infinity])).toBe(Infinity);
  });
});

describe('its interval', () => {
  // Ranks and exact coverage from tables of the binomial distribution with p = 1/2.
  it.each([
    { n: 6, ranks: [1, 6], coverage: 0.9688 },
    { n: 8, ranks: [1, 8], coverage: 0.9922 },
    { n: 9, ranks: [2, 8], coverage: 0.9609 },
    { n: 10, ranks: [2, 9], coverage: 0.9785 },
    { n: 15, ranks: [4, 12], coverage: 0.9648 },
    { n: 20, ranks: [6, 15], coverage: 0.9586 },
    { n: 25, ranks: [8, 18], coverage: 0.9567 },
  ])('goes from rank $ranks.0 to $ranks.1 of $n', ({ n, ranks: [low, high], coverage }) => {
    const interval = medianInterval(upTo(n));
    expect(interval).toMatchObject({ low, high });
    expect(interval.coverage).toBeCloseTo(coverage, 4);
  });

  it('says how little a few observations cover', () => {
    expect(medianInterval([7])).toEqual({ low: 7, high: 7, coverage: 0 });
    expect(medianInterval([2, 9, 4])).toEqual({ low: 2, high: 9, coverage: 0.75 });
    expect(medianInterval(upTo(5)).coverage).toBe(0.9375);
  });

  it('is open above when censored observations reach into it', () => {
    expect(medianInterval([1, 2, 3, 4, 5, 6, 7, 8, Infinity, Infinity])).toMatchObject({ low: 2, high: Infinity });
  });
});
