import { describe, expect, it } from 'vitest';
import { ElementInstance } from '../cells.ts';
import { DrcHeap } from '../collectors/drc.ts';
import { DEFAULT_HEAP_OPTIONS } from '../options.ts';
import { NO_STACKS, NODE, drcHeap, emptyCells, globalCell, layoutsOf, newArray, newNode, slot } from '#test/support/heap.ts';
import { checkLeaks, describeLeaks } from './leak-check.ts';

const check = (heap: DrcHeap, cells = emptyCells(heap)) => checkLeaks(heap, cells, () => heap.collect(NO_STACKS));
const NOTHING = { forgottenRoots: [], pendingException: 0, auditFailure: undefined, leaks: [], cycles: { components: 0, objects: 0, bytes: 0, hostObjects: 0 } };

describe('the leak check', () => {
  it('finds nothing in a store that ends well', () => {
    const heap = drcHeap();
    const globals = [globalCell()];
    const elements = [new ElementInstance('ref', 2)];
    heap.initBarrier(globals[0]!.cells, 0, newArray(heap, newNode(heap, 0), newNode(heap, 0)));
    heap.initBarrier(elements[0]!.cells, 1, newNode(heap, 0));
    expect(check(heap, { ...emptyCells(heap), globals, elements })).toEqual(NOTHING);
    expect(heap.allocatedBytes).toBe(0);
  });

  it('sets cycles and what hangs on them apart', () => {
    const heap = drcHeap();
    const a = newNode(heap, 0);
    const b = newNode(heap, a);
    heap.writeBarrier(heap.i32, slot(heap, a), b);
    const self = newArray(heap, 0, newNode(heap, 0));
    heap.writeBarrier(heap.i32, slot(heap, self) + 1, self);
    newNode(heap, a);
    expect(check(heap)).toEqual({ ...NOTHING, cycles: { components: 2, objects: 4, bytes: 32 + 32 + 48 + 32, hostObjects: 0 } });
  });

  it('does not call a cycle garbage that a global reaches, until the global is cleared', () => {
    const heap = drcHeap();
    const g = globalCell();
    const a = newNode(heap, 0);
    heap.writeBarrier(heap.i32, slot(heap, a), a);
    heap.initBarrier(g.cells, 0, a);
    expect(check(heap, { ...emptyCells(heap), globals: [g] })).toMatchObject({ leaks: [], cycles: { components: 1, objects: 1 } });
  });

  it('reports a lost count, but not what is merely kept by it', () => {
    const heap = drcHeap();
    const child = newNode(heap, 0);
    const lost = newNode(heap, child);
    heap.clone(lost);
    const report = check(heap);
    expect(report.leaks).toEqual([{ address: lost, kind: 'struct', typeId: NODE, stored: 1, expected: 0 }]);
    expect(report.auditFailure).toMatchObject({ kind: 'count', mismatches: [{ address: lost, stored: 1, expected: 0 }] });
    expect(report.cycles.objects).toBe(0);
    expect(describeLeaks(report)).toEqual(['0x30 (struct) is unreachable with a count of 1 but 0 owners']);
  });

  it('reports a lost count on a cycle', () => {
    const heap = drcHeap();
    const a = newNode(heap, 0);
    heap.writeBarrier(heap.i32, slot(heap, a), a);
    heap.clone(a);
    expect(check(heap).leaks).toMatchObject([{ address: a, stored: 2, expected: 1 }]);
  });

  it('complains about host roots and an exception before it releases them', () => {
    const heap = drcHeap();
    const cells = emptyCells(heap);
    const x = newNode(heap, 0);
    heap.clone(x);
    cells.roots.root(x);
    heap.clone(x);
    cells.roots.release(cells.roots.own(x));
    heap.clone(x);
    cells.roots.own(x);
    heap.initBarrier(cells.pendingException, 0, x);
    const report = check(heap, cells);
    expect(report).toEqual({
      ...NOTHING,
      forgottenRoots: [
        { holder: { kind: 'lifoRoot', index: 0 }, ref: x },
        { holder: { kind: 'ownedRoot', index: 1 }, ref: x },
      ],
      pendingException: x,
    });
    expect(heap.allocatedBytes).toBe(0);
  });

  it('reports members of the list that no stack explains', () => {
    const heap = drcHeap();
    const x = newNode(heap, 0);
    const report = checkLeaks(heap, emptyCells(heap), () => heap.collect((visit) => visit(x)));
    expect(report.auditFailure).toMatchObject({ kind: 'structure', invariant: 'L13', address: x });
  });

  it('does not overflow the stack on a long cycle', () => {
    const heap = new DrcHeap(DEFAULT_HEAP_OPTIONS, layoutsOf());
    const first = newNode(heap, 0);
    let last = first;
    for (let i = 1; i < 20_000; i++) last = newNode(heap, last);
    heap.writeBarrier(heap.i32, slot(heap, first), last);
    expect(check(heap).cycles).toMatchObject({ components: 1, objects: 20_000 });
  });
});
