import { describe, expect, it } from 'vitest';
import { Fault } from '../outcome.ts';
import { FreeList, freeListDefect } from './free-list.ts';

function fresh(capacity: number): FreeList {
  const list = new FreeList();
  list.grow(capacity);
  return list;
}

describe('the free list', () => {
  it('starts at 0x10 and fails when it is exhausted', () => {
    const list = fresh(64);
    expect([list.allocate(32), list.allocate(16), list.allocate(16)]).toEqual([16, 48, 0]);
  });

  it('prefers the bump region, then the best fit, then the lowest address', () => {
    const list = fresh(16 + 320);
    const [a, , c, , e] = [48, 16, 32, 16, 32, 16].map((bytes) => list.allocate(bytes));
    for (const [address, bytes] of [[a!, 48], [e!, 32], [c!, 32]] as const) list.release(address, bytes);
    expect(list.allocate(160)).toBe(176);
    expect([list.allocate(32), list.allocate(32), list.allocate(32)]).toEqual([c, e, a]);
  });

  it('loses nothing when the bump region at 0x10 is too small (quirk A of the model)', () => {
    const list = fresh(16 + 160);
    list.allocate(32);
    const b = list.allocate(48);
    list.allocate(80);
    list.release(16, 32);
    list.release(b, 48);
    expect(list.allocate(16)).toBe(16);
    expect(list.allocate(64)).toBe(32);
    expect(freeListDefect(list)).toBeUndefined();
  });

  it('has nothing to give until there is room behind the reserved bytes', () => {
    const list = new FreeList();
    for (let capacity = 1; capacity < 32; capacity++) {
      list.grow(1);
      expect([list.capacity, list.allocate(16), freeListDefect(list)]).toEqual([capacity, 0, undefined]);
    }
    list.grow(1);
    expect(list.allocate(16)).toBe(16);
  });

  it('becomes one piece again', () => {
    const list = fresh(16 + 96);
    const addresses = [16, 32, 48].map((bytes) => [list.allocate(bytes), bytes] as const);
    for (const i of [0, 2, 1]) list.release(...addresses[i]!);
    expect([list.bump, list.bumpEnd, list.blocks]).toEqual([16, 112, 0]);
  });

  it.each([[16, 32], [32, 16], [80, 16]])('refuses to take 0x%i, %i bytes, twice', (start, bytes) => {
    const list = fresh(16 + 160);
    list.allocate(32);
    list.allocate(32);
    list.release(16, 32);
    expect(() => list.release(start, bytes)).toThrow(Fault);
  });

  it('says what is wrong with it', () => {
    const list = fresh(160);
    list.allocate(32);
    list.allocate(32);
    list.release(16, 32);
    expect(freeListDefect(list)).toBeUndefined();
    list.lengths[0] = 128;
    expect(freeListDefect(list)).toMatch('overlaps the bump region');
    list.lengths[0] = 256;
    expect(freeListDefect(list)).toMatch('does not lie within the heap');
    list.lengths[0] = 24;
    expect(freeListDefect(list)).toMatch('not aligned');
  });
});
