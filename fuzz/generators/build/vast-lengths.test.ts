import { describe, expect, it } from 'vitest';
import { PackedType, ValType } from '#wasm/syntax/types.ts';
import { Random } from '../random.ts';
import { vastLength } from './vast-lengths.ts';

const WIDTHS = [[PackedType.i8, 1], [PackedType.i16, 2], [ValType.i32, 4], [ValType.anyref, 4], [ValType.f64, 8], [ValType.v128, 16]] as const;
const SHARE = 0.02;

describe.each(WIDTHS)('vastLength of elements of type %i', (storage, width) => {
  const random = new Random(1);
  const sizes = Array.from({ length: 2000 }, () => (vastLength(random, storage) >>> 0) * width);
  const share = (test: (bytes: number) => boolean): number => sizes.filter(test).length / sizes.length;

  it('is never of a size that a heap may have', () => {
    expect(Math.min(...sizes)).toBeGreaterThan(2 ** 31 - 2 ** 17);
  });

  it('comes within a header of 4 GiB, and within a few pages', () => {
    expect(share((bytes) => bytes < 2 ** 32 && bytes > 2 ** 32 - 64)).toBeGreaterThan(SHARE);
    expect(share((bytes) => bytes < 2 ** 32 - 64 && bytes > 2 ** 32 - 2 ** 16)).toBeGreaterThan(SHARE);
  });

  it.skipIf(width === 1)('wraps around to little', () => {
    expect(share((bytes) => bytes >= 2 ** 32 && bytes % 2 ** 32 < 64)).toBeGreaterThan(SHARE);
  });
});
