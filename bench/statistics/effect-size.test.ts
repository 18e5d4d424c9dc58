import { describe, expect, it } from 'vitest';
import { a12, magnitudeOf } from './effect-size.ts';

describe('the effect size of Vargha and Delaney', () => {
  it('is the published U of six tortoises and six hares over all pairs', () => {
    // They finish T H H H H H T T T T T H: U is 11 for the tortoises and 25 for the hares.
    const [tortoises, hares] = [[1, 7, 8, 9, 10, 11], [2, 3, 4, 5, 6, 12]] as const;
    expect(a12(tortoises, hares)).toBeCloseTo(25 / 36, 12);
    expect(a12(hares, tortoises)).toBeCloseTo(11 / 36, 12);
  });

  it('counts ties as half, those beyond the censoring too', () => {
    expect(a12([1, 2], [1, 2])).toBe(0.5);
    expect(a12([Infinity, 3], [Infinity, Infinity])).toBe(0.25);
    expect(a12([Infinity], [1, 2, 3])).toBe(1);
  });

  it('is called what the authors call it', () => {
    expect([0.5, 0.56, 0.64, 0.71, 0.29, 0.36, 0.44, 0.45].map(magnitudeOf)).toEqual(['none', 'small', 'medium', 'large', 'large', 'medium', 'small', 'none']);
  });
});
