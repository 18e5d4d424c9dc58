import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

function draw(count: number, random: Random): readonly number[] {
  return Array.from({ length: count }, () => random.bits());
}

describe('Random', () => {
  it('is determined by its seed, forever', () => {
    expect(draw(4, new Random(1))).toEqual([-1986667905, 1950625580, 354034397, 661219729]);
    expect(draw(8, new Random(-7))).toEqual(draw(8, new Random(-7)));
  });

  it('gives unrelated numbers for neighbouring seeds and streams', () => {
    const streams = [new Random(1), new Random(2), new Random(1, 1), new Random(2, 1)].map((random) => draw(100, random));
    expect(new Set(streams.flat()).size).toBeGreaterThan(398);
  });

  it('draws integers from the whole range and nothing else', () => {
    const random = new Random(3);
    const drawn = new Set(Array.from({ length: 500 }, () => random.int(-2, 3)));
    expect([...drawn].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
    expect(random.int(5, 5)).toBe(5);
  });

  it('heeds weights', () => {
    const random = new Random(4);
    const counts = { a: 0, b: 0, c: 0 };
    for (let i = 0; i < 4000; i++) counts[random.weighted([[3, 'a'], [0, 'b'], [1, 'c']] as const)]++;
    expect(counts.b).toBe(0);
    expect(counts.a / counts.c).toBeCloseTo(3, 0);
    expect(() => random.weighted([[0, 'a']])).toThrow(RangeError);
  });
});
