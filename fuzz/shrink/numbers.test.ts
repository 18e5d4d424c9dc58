import { describe, expect, it } from 'vitest';
import { descend } from './numbers.ts';

/** The value that is left, and what was tried. */
function descended(from: number, accepts: (value: number) => boolean): { readonly left: number; readonly tried: readonly number[] } {
  let left = from;
  const tried: number[] = [];
  descend(from, (value) => {
    tried.push(value);
    if (!accepts(value)) return false;
    left = value;
    return true;
  });
  return { left, tried };
}

describe('descend', () => {
  it.each([
    [0, 0],
    [7, 0],
    [-7, 0],
  ])('takes %d to %d when nothing matters', (from, to) => {
    expect(descended(from, () => true).left).toBe(to);
  });

  it.each([
    [1_000_000, 700_001],
    [1_000_000, 3],
    [12, 12],
    [12, 11],
    [2, 2],
  ])('takes %d to %d when no less will do, in few tries', (from, least) => {
    for (const sign of [1, -1]) {
      const { left, tried } = descended(sign * from, (value) => sign * value >= least);
      expect(left).toBe(sign * least);
      expect(tried.length).toBeLessThan(100);
    }
  });

  it('tries nothing that is no nearer to zero, and nothing negative for what is positive', () => {
    for (const from of [1, 2, 3, 5, 100]) {
      const { tried } = descended(from, (value) => value >= from - 1);
      expect(tried.every((value) => value >= 0 && value < from)).toBe(true);
    }
  });

  it('ends where the next integer is refused, whatever else is accepted', () => {
    for (let pattern = 0; pattern < 1 << 10; pattern++) {
      const accepts = (value: number): boolean => (pattern >> value) % 2 === 1;
      const { left } = descended(10, accepts);
      expect(left === 0 || !accepts(left - 1)).toBe(true);
    }
  });
});
