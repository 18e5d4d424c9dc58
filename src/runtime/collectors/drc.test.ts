import { describe, expect, it } from 'vitest';
import { audit } from '#runtime/audit/recount.ts';
import { MARKED } from '../heap/drc-header.ts';
import { ObjectKind } from '../heap/gc-heap.ts';
import { snapshot } from '../heap/snapshot.ts';
import { i31FromNumber } from '../heap/reference.ts';
import { DEFAULT_HEAP_OPTIONS } from '../options.ts';
import { Fault } from '../outcome.ts';
import {
  CHECKED, LEAF, NO_STACKS, TAG, allocate, drcHeap, emptyCells, globalCell, layoutsOf, newArray, newExtern, newNode, slot, stacksOf,
} from '#test/support/heap.ts';
import { DrcHeap } from './drc.ts';

const counts = (heap: DrcHeap) => Object.fromEntries(snapshot(heap).objects.map((o) => [o.address, o.count]));
const list = (heap: DrcHeap) => snapshot(heap).list;

describe('worked traces of the model', () => {
  it('two nodes and a global (14.1)', () => {
    const heap = drcHeap();
    const cells = emptyCells(heap);
    const g = globalCell();
    cells.globals.push(g);

    const a = newNode(heap, 0);
    expect(heap.capacity).toBe(65536);
    const b = newNode(heap, a);
    expect([a, b]).toEqual([0x10, 0x30]);
    expect(counts(heap)).toEqual({ 0x10: 2, 0x30: 1 });
    expect(list(heap)).toEqual([b, a]);
    heap.writeBarrier(g.cells, 0, b);
    expect(counts(heap)).toEqual({ 0x10: 2, 0x30: 2 });
    expect(audit(heap, cells)).toBeUndefined();

    heap.collect(NO_STACKS);
    expect(counts(heap)).toEqual({ 0x10: 1, 0x30: 1 });
    expect(list(heap)).toEqual([]);

    expect(heap.readBarrier(g.cells[0]!)).toBe(true);
    expect(heap.readBarrier(heap.i32[slot(heap, b)]!)).toBe(true);
    expect(heap.readBarrier(b)).toBe(false);
    expect(counts(heap)).toEqual({ 0x10: 2, 0x30: 2 });
    expect(list(heap)).toEqual([a, b]);

    heap.writeBarrier(g.cells, 0, 0);
    expect(counts(heap)).toEqual({ 0x10: 2, 0x30: 1 });
    heap.collect(NO_STACKS);
    expect(snapshot(heap)).toMatchObject({ objects: [], pending: [], bump: { start: 0x10, end: 65536 }, freeBlocks: [] });
    expect(heap.allocatedBytes).toBe(0);
  });

  it('a deferred drop (14.2)', () => {
    const heap = drcHeap();
    const cells = emptyCells(heap);
    const g = globalCell();
    cells.globals.push(g);
    heap.initBarrier(g.cells, 0, newNode(heap, newNode(heap, 0)));
    heap.collect(NO_STACKS);
    const x = g.cells[0]!;
    heap.writeBarrier(g.cells, 0, i31FromNumber(3));
    expect(snapshot(heap).pending).toEqual([x]);
    expect(counts(heap)).toEqual({ 0x10: 1, 0x30: 1 });
    expect(audit(heap, cells)).toBeUndefined();
    heap.collect(NO_STACKS);
    expect(snapshot(heap).objects).toEqual([]);
  });

  it('an immediate drop frees at once and transitively', () => {
    const heap = drcHeap({ ...CHECKED, drops: 'immediate' });
    const g = globalCell();
    heap.initBarrier(g.cells, 0, newNode(heap, newNode(heap, 0)));
    heap.collect(NO_STACKS);
    heap.writeBarrier(g.cells, 0, 0);
    expect(snapshot(heap).objects).toEqual([]);
  });

  it('the same object passed twice (14.3)', () => {
    const heap = drcHeap();
    const { roots } = emptyCells(heap);
    const scope = roots.openScope();
    const r = roots.refOf(roots.root(allocate(heap, ObjectKind.struct, LEAF, 0)));
    for (const expected of [2, 2]) {
      heap.clone(r);
      heap.expose(r);
      expect(counts(heap)).toEqual({ [r]: expected });
    }
    roots.closeScope(scope);
    expect(counts(heap)).toEqual({ [r]: 1 });
    heap.collect(NO_STACKS);
    expect(heap.allocatedBytes).toBe(0);
  });

  it('the list threshold (14.4)', () => {
    const heap = drcHeap(DEFAULT_HEAP_OPTIONS);
    const cells = Int32Array.from({ length: 1024 }, () => allocate(heap, ObjectKind.struct, LEAF, 0));
    let last = 0;
    for (let i = 0; i < 1024; i++) {
      expect(heap.collectionDue()).toBe(false);
      last = cells[i]!;
      heap.readBarrier(last);
      if (i < 1023) heap.writeBarrier(cells, i, 0);
    }
    expect(heap.collectionDue()).toBe(true);
    heap.collect(stacksOf(last));
    expect(snapshot(heap).objects.map((o) => o.address)).toEqual([last]);
    expect(heap.listLength).toBe(1);
    expect(heap.collectionDue()).toBe(false);
  });

  it('throw and catch (14.5)', () => {
    const heap = drcHeap();
    const cells = emptyCells(heap);
    const v = newNode(heap, 0);
    const e = allocate(heap, ObjectKind.exn, TAG, 16);
    heap.expose(e);
    heap.i32.fill(0, slot(heap, e), slot(heap, e) + 2);
    heap.initBarrier(heap.i32, slot(heap, e) + 2, v);
    heap.writeBarrier(cells.pendingException, 0, e);
    expect(counts(heap)).toEqual({ [v]: 2, [e]: 2 });
    expect(audit(heap, cells)).toBeUndefined();
    cells.pendingException[0] = 0;
    heap.expose(e);
    expect(counts(heap)).toEqual({ [v]: 2, [e]: 1 });
    heap.collect(stacksOf(v));
    expect(counts(heap)).toEqual({ [v]: 1 });
    expect(audit(heap, cells)).toBeUndefined();
  });

  it('a page holds 2047 small objects and is reused (14.6)', () => {
    const heap = drcHeap(DEFAULT_HEAP_OPTIONS);
    for (let i = 0; i < 2047; i++) newNode(heap, 0);
    expect(heap.allocate(ObjectKind.struct, LEAF, 24)).toBe(0);
    heap.collect(NO_STACKS);
    expect(heap.allocate(ObjectKind.struct, LEAF, 24)).toBe(0x10);
    expect(heap.counters).toMatchObject({ collections: 1, allocations: 2048, growths: 1 });
  });
});

describe('release', () => {
  it('survives objects that hang on each other in a long chain', () => {
    const heap = drcHeap(DEFAULT_HEAP_OPTIONS);
    let chain = 0;
    for (let i = 0; i < 50_000; i++) chain = newNode(heap, chain);
    heap.collect(NO_STACKS);
    expect(heap.allocatedBytes).toBe(0);
  });

  it('releases every element of an array that exceeds the pending stack', () => {
    const heap = drcHeap();
    const node = newNode(heap, 0);
    newArray(heap, ...Array.from({ length: 3000 }, (_, i) => (i % 2 === 0 ? newNode(heap, 0) : node)), 0, 5);
    expect(counts(heap)[node]).toBe(1501);
    heap.collect(NO_STACKS);
    expect(heap.allocatedBytes).toBe(0);
  });

  it('ends host values with their objects', () => {
    const heap = drcHeap();
    const g = globalCell();
    g.cells[0] = newExtern(heap, 'x');
    expect(heap.hostData.get(0)).toBe('x');
    heap.writeBarrier(g.cells, 0, 0);
    expect(heap.hostData.size).toBe(1);
    heap.collect(NO_STACKS);
    expect(heap.hostData.size).toBe(0);
  });

  it('takes back an abandoned object without looking at its body', () => {
    const heap = drcHeap();
    heap.abandon(allocate(heap, ObjectKind.struct, 0, 8));
    heap.collect(NO_STACKS);
    expect(heap.allocatedBytes).toBe(0);
  });
});

describe('growth', () => {
  it('honours steps of 8 bytes and the maximum', () => {
    const heap = drcHeap({ ...CHECKED, growthStep: 8, maxBytes: 100 });
    expect(heap.grow(24)).toBe(true);
    expect(heap.capacity).toBe(48);
    expect(heap.allocate(ObjectKind.struct, LEAF, 24)).toBe(0x10);
    expect(heap.grow(24)).toBe(true);
    expect(heap.capacity).toBe(96);
    expect(heap.allocate(ObjectKind.struct, LEAF, 24)).toBe(0x30);
    expect(heap.grow(24)).toBe(false);
    expect(heap.capacity).toBe(96);
  });

  it('needs no second attempt for an object just below a page', () => {
    const heap = drcHeap(DEFAULT_HEAP_OPTIONS);
    expect(heap.grow(65536 - 8)).toBe(true);
    expect(heap.allocate(ObjectKind.array, 5, 65536 - 8)).toBe(0x10);
  });

  it('starts with the initial bytes at the first allocation', () => {
    const heap = drcHeap({ ...CHECKED, initialBytes: 4096 });
    expect(heap.capacity).toBe(0);
    expect(heap.allocate(ObjectKind.struct, LEAF, 24)).toBe(0x10);
    expect(heap.capacity).toBe(4096);
  });

  it('may start with less than the first object needs', () => {
    for (const initialBytes of [1, 8, 16, 24, 40]) {
      const heap = drcHeap({ ...CHECKED, initialBytes, growthStep: 8 });
      expect(heap.allocate(ObjectKind.struct, LEAF, 24)).toBe(0);
      expect(heap.capacity).toBe(initialBytes & -8);
      expect(heap.grow(24)).toBe(true);
      expect(heap.allocate(ObjectKind.struct, LEAF, 24)).toBe(0x10);
      heap.collect(NO_STACKS);
    }
  });

  it('cannot have left more alive than there is room for', () => {
    const heap = drcHeap(CHECKED);
    heap.liveAfterCollection = 1;
    expect(() => heap.collectsBeforeGrowth(24)).toThrow('[R3]');
  });

  it('refuses an object that is larger than any heap', () => {
    const heap = drcHeap();
    expect(heap.allocate(ObjectKind.array, 5, 0xffff_0000)).toBe(0);
    expect(heap.grow(0xffff_0000)).toBe(false);
    expect(heap.fits(0xffff_ffff)).toBe(false);
  });
});

describe('assertions', () => {
  const faultOf = (action: () => void): string => {
    try {
      action();
    } catch (error) {
      if (error instanceof Fault) return error.invariant;
      throw error;
    }
    return 'none';
  };

  it('names the invariant that is broken', () => {
    const heap = drcHeap();
    const a = newNode(heap, 0);
    expect(faultOf(() => heap.collect(stacksOf(a + 0x20)))).toBe('H4');
    const fresh = drcHeap();
    const unlisted = allocate(fresh, ObjectKind.struct, LEAF, 0);
    expect(faultOf(() => fresh.collect(stacksOf(unlisted)))).toBe('L1');
    fresh.noGcDepth = 1;
    expect(faultOf(() => fresh.collect(NO_STACKS))).toBe('R1');
  });

  it('checks list, marks and free space at each collection, if asked to', () => {
    const spoils: [string, (heap: DrcHeap, ref: number) => void][] = [
      ['L12', (heap, ref) => void (heap.i32[ref >> 2]! |= MARKED)],
      ['L11', (heap, ref) => {
        heap.listHead = 0;
        heap.listLength = 0;
        heap.clone(ref);
      }],
      ['L7', (heap) => void heap.listLength--],
      ['H12', (heap) => void heap.allocatedBytes++],
      ['H3', (heap) => void (heap.i32[1000] = 0)],
      ['H10', (heap) => void (heap.freeList.bump += 8)],
    ];
    for (const [invariant, spoil] of spoils) {
      const [checked, unchecked] = [drcHeap(), drcHeap({ ...CHECKED, integrity: false })];
      for (const heap of [checked, unchecked]) spoil(heap, newNode(heap, 0));
      expect(faultOf(() => checked.collect(NO_STACKS))).toBe(invariant);
      expect(faultOf(() => unchecked.collect(NO_STACKS))).not.toBe(invariant);
    }
  });

  it('finds a sweep that keeps too much, if asked to', () => {
    class KeepsAll extends DrcHeap {
      protected override sweep(): void {}
    }
    const heap = new KeepsAll(CHECKED, layoutsOf());
    newNode(heap, 0);
    expect(faultOf(() => heap.collect(NO_STACKS))).toBe('L13');
  });

  it.each([
    { poison: 'with', options: CHECKED, read: 'H4', cloned: 'H4', dropped: 'H4' },
    { poison: 'without', options: DEFAULT_HEAP_OPTIONS, read: 'C1', cloned: 'C1', dropped: 'C2' },
  ])('notices the use of a freed object $poison poison', ({ options, read, cloned, dropped }) => {
    const heap = drcHeap(options);
    const a = newNode(heap, 0);
    heap.collect(NO_STACKS);
    expect(faultOf(() => heap.readBarrier(a))).toBe(read);
    expect(faultOf(() => heap.clone(a))).toBe(cloned);
    expect(faultOf(() => heap.drop(a))).toBe(dropped);
    expect(faultOf(() => heap.readBarrier(0xfefefefe | 0))).toBe('H7');
    expect(faultOf(() => heap.readBarrier(1 << 20))).toBe('H7');
  });

  it('notices a write to free memory when it is handed out again', () => {
    const heap = drcHeap();
    heap.grow(64);
    heap.i32[8] = 1;
    expect(faultOf(() => heap.allocate(ObjectKind.struct, LEAF, 24))).toBe('H2');
  });

  it('notices that the surplus of an exposed object is not there', () => {
    const heap = drcHeap();
    const a = newNode(heap, 0);
    expect(faultOf(() => heap.expose(a))).toBe('C4');
  });
});
