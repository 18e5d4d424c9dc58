/** The audit must see each mistake a collector can make; the mistakes are planted by overriding one method. */
import { describe, expect, it } from 'vitest';
import { ElementInstance, TableInstance } from '../cells.ts';
import { DrcHeap } from '../collectors/drc.ts';
import { ObjectKind } from '../heap/gc-heap.ts';
import { FreeList } from '../heap/free-list.ts';
import { BYTES_WORD, COUNT_HIGH_WORD, COUNT_WORD, LISTED, MARKED } from '../heap/drc-header.ts';
import { i31FromNumber } from '../heap/reference.ts';
import { DEFAULT_HEAP_OPTIONS } from '../options.ts';
import { Fault } from '../outcome.ts';
import { ValType } from '#wasm/syntax/types.ts';
import {
  CHECKED, LEAF, NO_STACKS, NODE, allocate, drcHeap, emptyCells, globalCell, layoutsOf, newArray, newExtern, newNode, slot,
} from '#test/support/heap.ts';
import { describeAuditFailure } from './failure.ts';
import { audit } from './recount.ts';

const ref = 'ref';

/** A heap with a holder of every kind. */
function populated() {
  const heap = drcHeap();
  const cells = emptyCells(heap);
  const global = globalCell();
  const table = new TableInstance({ element: ValType.anyref, limits: { min: 3, max: undefined } }, ref);
  const segment = new ElementInstance(ref, 2);
  const x = newNode(heap, 0);
  const a = newArray(heap, x, x, 1);
  heap.initBarrier(global.cells, 0, a);
  heap.initBarrier(table.cells, 2, x);
  heap.initBarrier(segment.cells, 1, x);
  heap.initBarrier(cells.pendingException, 0, x);
  heap.clone(x);
  cells.roots.root(x);
  heap.clone(x);
  cells.roots.own(x);
  return { heap, x, a, cells: { ...cells, globals: [global], tables: [table], elements: [segment] } };
}

describe('the audit', () => {
  it('agrees with a correct heap', () => {
    const { heap, cells } = populated();
    expect(audit(heap, cells)).toBeUndefined();
    heap.collect(NO_STACKS);
    expect(audit(heap, cells)).toBeUndefined();
  });

  it('agrees with a heap that does not exist yet', () => {
    const heap = drcHeap();
    expect(audit(heap, emptyCells(heap))).toBeUndefined();
  });

  it('names every holder of an object whose count is wrong', () => {
    const { heap, x, a, cells } = populated();
    heap.i32[(x >> 2) + COUNT_WORD]!++;
    const failure = audit(heap, cells);
    expect(failure).toEqual({
      kind: 'count',
      mismatches: [
        {
          address: x,
          kind: 'struct',
          typeId: NODE,
          stored: 9,
          expected: 8,
          parts: { element: 2, table: 1, segment: 1, lifoRoot: 1, ownedRoot: 1, pendingException: 1, stackRootList: 1 },
          holders: [
            { kind: 'element', address: a, index: 0 },
            { kind: 'element', address: a, index: 1 },
            { kind: 'table', index: 0, entry: 2 },
            { kind: 'segment', index: 0, entry: 1 },
            { kind: 'lifoRoot', index: 0 },
            { kind: 'ownedRoot', index: 0 },
            { kind: 'pendingException' },
            { kind: 'stackRootList' },
          ],
        },
      ],
    });
    expect(describeAuditFailure(failure!)[0]).toMatch(/^0x10 \(struct of type 0\) has a count of 9 but 8 owners: element 0 of 0x30, /);
  });

  it('looks at the upper half of the count', () => {
    const { heap, x, cells } = populated();
    heap.i32[(x >> 2) + COUNT_HIGH_WORD] = 1;
    expect(audit(heap, cells)).toMatchObject({ kind: 'count', mismatches: [{ stored: 2 ** 32 + 8, expected: 8 }] });
  });

  it('names the slot that holds a reference to no object', () => {
    const { heap, x, a, cells } = populated();
    for (const wild of [x + 8, x + 2, 0xfefefefe | 0, 65536, heap.freeList.bump]) {
      const word = slot(heap, a) + 2;
      const before = heap.i32[word]!;
      heap.i32[word] = wild;
      expect(audit(heap, cells)).toEqual({ kind: 'dangling', holder: { kind: 'element', address: a, index: 1 }, ref: wild });
      heap.i32[word] = before;
    }
  });

  it('ignores cells that cannot hold objects', () => {
    const heap = drcHeap();
    const cells = emptyCells(heap);
    cells.globals.push(Object.assign(globalCell(), { slot: 'w32' }));
    cells.globals[0]!.cells[0] = 0x1234;
    expect(audit(heap, cells)).toBeUndefined();
  });
});

describe('the structure check', () => {
  const cases: [string, string, (heap: DrcHeap, x: number) => void][] = [
    ['a size that does not fit the type', 'H11', (heap, x) => void (heap.i32[(x >> 2) + BYTES_WORD] = 48)],
    ['a header without a kind', 'H11', (heap, x) => void (heap.i32[x >> 2] = 0)],
    ['a length that does not fit the size', 'H11', (heap) => void heap.i32[slot(heap, 0x30)]!++],
    ['a free block over an object', 'H11', (heap) => heap.freeList.release(0x10, 16)],
    ['wrong total of allocated bytes', 'H12', (heap) => void (heap.allocatedBytes += 16)],
    ['a write to free memory', 'H3', (heap) => void (heap.u8[60000] = 0)],
    ['a write to the padding of an object', 'H3', (heap) => void (heap.u8[0x30 + 24 + 16] = 0)],
    ['a write to the reserved bytes', 'H3', (heap) => void (heap.i32[1] = 0)],
    ['a member of the list without its bit', 'L4', (heap, x) => void (heap.i32[x >> 2]! &= ~LISTED)],
    ['a list that is shorter than it says', 'L7', (heap) => void heap.listLength++],
    ['a list that runs in a circle', 'L7', (heap, x) => void (heap.i32[(x >> 2) + 4] = heap.listHead)],
    ['the bit of a list member on another object', 'L11', (heap) => {
      heap.i32[allocate(heap, ObjectKind.struct, LEAF, 0) >> 2]! |= LISTED;
    }],
    ['a mark outside a collection', 'L12', (heap, x) => void (heap.i32[x >> 2]! |= MARKED)],
    ['an extern object without its host value', 'R7', (heap) => {
      heap.expose(newExtern(heap, 'x'));
      heap.hostData.release(0);
    }],
    ['a host value without its extern object', 'R7', (heap) => void heap.hostData.add('x')],
    ['a pending object with another owner', 'C7', (heap, x) => {
      heap.pending.push(x);
      heap.clone(x);
    }],
  ];
  it.each(cases)('sees %s', (_, invariant, spoil) => {
    const { heap, x, cells } = populated();
    spoil(heap, x);
    expect(audit(heap, cells)).toMatchObject({ kind: 'structure', invariant });
  });
});

describe('planted faults', () => {
  class NoInitIncrement extends DrcHeap {
    override initBarrier(cells: Int32Array, index: number, value: number): void {
      cells[index] = value;
    }
  }
  class NoWriteDecrement extends DrcHeap {
    override writeBarrier(cells: Int32Array, index: number, value: number): void {
      this.initBarrier(cells, index, value);
    }
  }
  class NoExposeDecrement extends DrcHeap {
    override expose(value: number): void {
      if (!this.isListed(value)) this.link(value);
    }
  }
  class LinkWithoutBit extends DrcHeap {
    protected override link(value: number): void {
      super.link(value);
      this.i32[value >> 2]! &= ~LISTED;
    }
  }
  class SweepLosesPrevious extends DrcHeap {
    protected override unlink(value: number, _previous: number, next: number): void {
      super.unlink(value, 0, next);
    }
  }
  class SweepKeepsBit extends DrcHeap {
    protected override unlink(value: number, previous: number, next: number): void {
      super.unlink(value, previous, next);
      this.i32[value >> 2]! |= LISTED;
    }
  }
  class MarksStay extends DrcHeap {
    protected override sweep(): void {
      super.sweep();
      if (this.listHead !== 0) this.i32[this.listHead >> 2]! |= MARKED;
    }
  }
  class ChildrenForgotten extends DrcHeap {
    protected override pushFields(): void {}
  }
  class LongArraysCutShort extends DrcHeap {
    protected override continueArray(): void {
      this.longArrays.clear();
    }
  }
  class CountWraps extends DrcHeap {
    protected override increment(value: number): void {
      super.increment(value);
      this.i32[(value >> 2) + COUNT_WORD]! &= 0xff;
    }
  }
  class FreeListLosesBlocks extends DrcHeap {
    protected override createFreeList(): FreeList {
      return new (class extends FreeList {
        protected override insert(): void {}
      })();
    }
  }
  class ReleaseBeforeCount extends DrcHeap {
    override writeBarrier(cells: Int32Array, index: number, value: number): void {
      this.drop(cells[index]!);
      this.initBarrier(cells, index, value);
    }
  }
  class I31AsObject extends DrcHeap {
    override initBarrier(cells: Int32Array, index: number, value: number): void {
      if (value !== 0) this.increment(value);
      cells[index] = value;
    }
  }
  class PendingTwice extends DrcHeap {
    protected override pushFields(value: number, offsets: Int32Array): void {
      super.pushFields(value, offsets);
      super.pushFields(value, offsets);
    }
  }
  const faults = {
    ReleaseBeforeCount, I31AsObject, PendingTwice, NoInitIncrement, NoWriteDecrement, NoExposeDecrement, LinkWithoutBit, SweepLosesPrevious, SweepKeepsBit, MarksStay,
    ChildrenForgotten, LongArraysCutShort, CountWraps, FreeListLosesBlocks,
  };

  /** Uses every primitive; stops at the first finding. */
  function run(heap: DrcHeap): string | undefined {
    const cells = emptyCells(heap);
    const [g, h] = [globalCell(), globalCell()];
    cells.globals.push(g, h);
    const steps: (() => void)[] = [
      () => heap.initBarrier(g.cells, 0, newNode(heap, newNode(heap, 0))),
      () => heap.writeBarrier(h.cells, 0, newNode(heap, newNode(heap, 0))),
      () => heap.writeBarrier(h.cells, 0, g.cells[0]!),
      () => heap.writeBarrier(h.cells, 0, i31FromNumber(7)),
      () => heap.initBarrier(h.cells, 0, i31FromNumber(9)),
      () => heap.collect(NO_STACKS),
      () => heap.writeBarrier(g.cells, 0, g.cells[0]!),
      ...[1, 2].map(() => () => {
        heap.clone(g.cells[0]!);
        heap.expose(g.cells[0]!);
      }),
      () => {
        const [a, b, c] = [newNode(heap, 0), newNode(heap, 0), newNode(heap, 0)];
        newNode(heap, 0);
        heap.collect((visit) => [a, c].forEach(visit));
        heap.readBarrier(b === a ? c : g.cells[0]!);
      },
      () => heap.collect(NO_STACKS),
      () => heap.writeBarrier(h.cells, 0, newArray(heap, ...Array.from({ length: 3000 }, () => newNode(heap, 0)))),
      () => heap.writeBarrier(h.cells, 0, newArray(heap, ...Array.from({ length: 300 }, () => g.cells[0]!))),
      () => heap.collect(NO_STACKS),
      () => heap.writeBarrier(h.cells, 0, 0),
      () => heap.collect(NO_STACKS),
    ];
    try {
      for (const step of steps) {
        step();
        const failure = audit(heap, cells);
        if (failure !== undefined) return describeAuditFailure(failure).join('\n');
      }
    } catch (error) {
      if (error instanceof Fault) return error.message;
      throw error;
    }
    return undefined;
  }

  const options = { ...DEFAULT_HEAP_OPTIONS, maxBytes: 1 << 20 };

  it('none is none', () => {
    expect(run(new DrcHeap(options, layoutsOf()))).toBeUndefined();
    expect(run(new DrcHeap({ ...CHECKED, drops: 'immediate' }, layoutsOf()))).toBeUndefined();
  });
  it.each(Object.entries(faults))('%s is seen', (_, Faulty) => {
    expect(run(new Faulty(options, layoutsOf()))).toBeDefined();
  });
});
