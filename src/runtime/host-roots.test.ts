import { describe, expect, it } from 'vitest';
import { NO_STACKS, drcHeap, newNode } from '#test/support/heap.ts';
import { HostRoots, RootError } from './host-roots.ts';

function setUp() {
  const heap = drcHeap();
  const roots = new HostRoots(heap);
  const x = newNode(heap, 0);
  const count = (): number => heap.i32[(x >> 2) + 2]!;
  const owned = () => {
    heap.clone(x);
    return roots.own(x);
  };
  const scoped = () => {
    heap.clone(x);
    return roots.root(x);
  };
  return { heap, roots, x, count, owned, scoped };
}

describe('LIFO roots', () => {
  it('end with their scope, and not before', () => {
    const { roots, x, count, scoped } = setUp();
    const outer = scoped();
    const mark = roots.openScope();
    const inner = scoped();
    expect([roots.refOf(inner), count()]).toEqual([x, 3]);
    roots.closeScope(mark);
    expect([roots.refOf(outer), count()]).toEqual([x, 2]);
    expect(() => roots.refOf(inner)).toThrow('object has been unrooted');
  });

  it('are not revived by the next root in their place', () => {
    const { roots, scoped } = setUp();
    const old = scoped();
    roots.closeScope(0);
    scoped();
    expect(() => roots.refOf(old)).toThrow(RootError);
  });
});

describe('owned roots', () => {
  it('give their count back at the next trim', () => {
    const { roots, count, owned } = setUp();
    const root = owned();
    roots.release(root);
    expect(count()).toBe(2);
    expect(() => roots.refOf(root)).toThrow(RootError);
    expect(() => roots.release(root)).toThrow(RootError);
    roots.trim();
    expect(count()).toBe(1);
    expect(roots.registered).toBe(0);
  });

  it('are trimmed when the ninth is made, then at twice the survivors', () => {
    const { roots, count, owned } = setUp();
    const first = Array.from({ length: 8 }, owned);
    for (const root of first.slice(0, 3)) roots.release(root);
    expect(count()).toBe(1 + 8);
    owned();
    expect([count(), roots.registered]).toEqual([1 + 6, 6]);
    const more = Array.from({ length: 4 }, owned);
    for (const root of more) roots.release(root);
    expect(roots.registered).toBe(10);
    owned();
    expect(roots.registered).toBe(7);
  });

  it('are known to their own store only', () => {
    const { heap, owned } = setUp();
    expect(() => new HostRoots(heap).refOf(owned())).toThrow('another store');
  });

  it('keep their object through collections', () => {
    const { heap, roots, x, owned } = setUp();
    const root = owned();
    heap.collect(NO_STACKS);
    expect([roots.refOf(root), heap.allocatedBytes]).toEqual([x, 32]);
    roots.releaseAll();
    heap.collect(NO_STACKS);
    expect(heap.allocatedBytes).toBe(0);
  });
});
