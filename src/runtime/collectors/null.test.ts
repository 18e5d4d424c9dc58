import { describe, expect, it } from 'vitest';
import { audit } from '#runtime/audit/recount.ts';
import { ObjectKind } from '../heap/gc-heap.ts';
import { snapshot } from '../heap/snapshot.ts';
import { DEFAULT_HEAP_OPTIONS } from '../options.ts';
import { ARRAY, NO_STACKS, VECTOR, allocate, emptyCells, globalCell, layoutsOf, newNode, slot } from '#test/support/heap.ts';
import { NullHeap } from './null.ts';

const nullHeap = (options = DEFAULT_HEAP_OPTIONS) => new NullHeap(options, layoutsOf());

describe('the null collector', () => {
  it('puts the first object at 0x8, or at 0x10 if it holds a vector', () => {
    expect(newNode(nullHeap(), 0)).toBe(0x8);
    expect(allocate(nullHeap(), ObjectKind.struct, VECTOR, 24)).toBe(0x10);
  });

  it('advances by unrounded sizes and collects nothing', () => {
    const heap = nullHeap();
    const cells = emptyCells(heap);
    const a = allocate(heap, ObjectKind.array, ARRAY, 8);
    heap.i32[slot(heap, a)] = 1;
    heap.i32[slot(heap, a) + 1] = 0;
    const v = allocate(heap, ObjectKind.struct, VECTOR, 24);
    const n = newNode(heap, a);
    expect([a, v, n]).toEqual([0x8, 0x20, 0x40]);
    heap.collect(NO_STACKS);
    expect(heap.liveAfterCollection).toBe(0x50 - 1);
    expect(snapshot(heap).objects.map((o) => o.address)).toEqual([a, v, n]);
    expect(audit(heap, cells)).toBeUndefined();
    const g = globalCell();
    g.cells[0] = v + 8;
    cells.globals.push(g);
    expect(audit(heap, cells)).toEqual({ kind: 'dangling', holder: { kind: 'global', index: 0 }, ref: v + 8 });
  });

  it('honours the maximum, and the limit of its size field', () => {
    const heap = nullHeap({ ...DEFAULT_HEAP_OPTIONS, growthStep: 8, maxBytes: 64 });
    expect([newNode(heap, 0), newNode(heap, 0), newNode(heap, 0)]).toEqual([8, 24, 40]);
    expect(heap.allocate(ObjectKind.struct, 0, 16)).toBe(0);
    expect(heap.grow(16)).toBe(false);
    const large = nullHeap({ ...DEFAULT_HEAP_OPTIONS, maxBytes: 2 ** 27 });
    expect([large.fits(2 ** 26), large.grow(2 ** 26), large.allocate(ObjectKind.array, ARRAY, 2 ** 26)]).toEqual([true, false, 0]);
    expect([large.grow(2 ** 26 - 1), large.allocate(ObjectKind.array, ARRAY, 2 ** 26 - 1)]).toEqual([true, 8]);
  });
});
