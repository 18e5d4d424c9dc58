import { describe, expect, it } from 'vitest';
import { filterShared, mapShared, withShared } from './map-shared.ts';

describe('sharing', () => {
  const list = [1, 2, 3];
  const object = { a: 1, b: list };

  it('yields the very same when nothing changes', () => {
    expect(mapShared(list, (n) => n)).toBe(list);
    expect(filterShared(list, () => true)).toBe(list);
    expect(withShared(object, { b: list })).toBe(object);
  });

  it('yields a changed copy otherwise, and leaves the original alone', () => {
    expect(mapShared(list, (n, i) => (i === 1 ? 9 : n))).toEqual([1, 9, 3]);
    expect(filterShared(list, (n) => n !== 2)).toEqual([1, 3]);
    expect(withShared(object, { a: 2 })).toEqual({ a: 2, b: list });
    expect(list).toEqual([1, 2, 3]);
    expect(object.a).toBe(1);
  });
});
