/**
 * Tables and element segments (spec: Execution / Instructions / Table Instructions). Operands are the
 * topmost words below `stack.sp`. Checks come before any change of a count.
 */
import type { ElementInstance, TableInstance } from '../cells.ts';
import type { FunctionInstance } from '../function.ts';
import { NULL, isObject } from '../heap/reference.ts';
import type { SlotKind } from '../heap/layout.ts';
import { Trap } from '../outcome.ts';
import type { Store } from '../store.ts';

/** Detaches an element segment's entries from their storage; what dropped segments look like. */
const NO_CELLS = new Int32Array(0);

export class TableOperations {
  protected readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** The function that an indirect call reaches. @throws Trap when there is none of the type */
  callee(table: TableInstance, index: number, typeId: number): FunctionInstance {
    if (index >>> 0 >= table.length) throw new Trap('outOfBoundsTableAccess');
    const address = table.cells[index >>> 0]!;
    if (address === 0) throw new Trap('uninitializedElement');
    const callee = this.store.functions[address]!;
    if (!this.store.operations.references.isSubtype(callee.typeId, typeId)) throw new Trap('indirectCallTypeMismatch');
    return callee;
  }

  /** What `table.get` finds behind the last entry. @throws Trap, for there is nothing */
  entryBeyond(_table: TableInstance): number {
    throw new Trap('outOfBoundsTableAccess');
  }

  /** `table.grow`: [value, entries] to [old size or -1] */
  grow(table: TableInstance): void {
    const { stack } = this.store;
    const entries = stack.i32[stack.sp - 2]! >>> 0;
    const value = stack.i32[stack.sp - 4]!;
    stack.i32[stack.sp - 4] = this.growBy(table, entries, value);
    stack.sp -= 2;
  }

  /** Appends entries that all hold `value`. @returns the old size, or -1 and no change when limits forbid it */
  growBy(table: TableInstance, entries: number, value: number): number {
    const old = table.length;
    const size = old + entries;
    if (size > (table.type.limits.max ?? 0xffff_ffff) || !this.store.takeTableEntries(entries)) return -1;
    this.store.charge(entries);
    this.#reserve(table, size);
    table.length = size;
    if (table.slot === 'ref') this.initEntries(table, old, value);
    else table.cells.fill(value, old, size);
    return old;
  }
  /** Makes the entries from `first` on, which hold nothing yet, owners of a reference. */
  protected initEntries(table: TableInstance, first: number, ref: number): void {
    for (let i = first; i < table.length; i++) this.store.heap.initBarrier(table.cells, i, ref);
  }
  #reserve(table: TableInstance, size: number): void {
    if (size <= table.cells.length) return;
    const cells = new Int32Array(Math.max(size, 2 * table.cells.length));
    cells.set(table.cells.subarray(0, table.length));
    table.cells = cells;
  }

  fill(table: TableInstance): void {
    const { stack } = this.store;
    const base = stack.sp - 6;
    const index = stack.i32[base]! >>> 0;
    const value = stack.i32[base + 2]!;
    const length = stack.i32[base + 4]! >>> 0;
    if (index + length > table.length) throw new Trap('outOfBoundsTableAccess');
    this.store.charge(length);
    this.fillEntries(table, index, length, value);
    stack.sp = base;
  }
  fillEntries(table: TableInstance, index: number, length: number, value: number): void {
    if (table.slot === 'ref') {
      for (let i = 0; i < length; i++) this.store.heap.writeBarrier(table.cells, index + i, value);
    } else {
      table.cells.fill(value, index, index + length);
    }
  }

  copy(target: TableInstance, source: TableInstance): void {
    const { stack } = this.store;
    const base = stack.sp - 6;
    const to = stack.i32[base]! >>> 0;
    const from = stack.i32[base + 2]! >>> 0;
    const length = stack.i32[base + 4]! >>> 0;
    if (to + length > target.length) throw new Trap('outOfBoundsTableAccess');
    if (from + length > source.length) throw new Trap('outOfBoundsTableAccess');
    this.store.charge(length);
    if (target.slot === 'ref') this.copyEntries(target, to, source, from, length);
    else target.cells.set(source.cells.subarray(from, from + length), to);
    stack.sp = base;
  }
  /** Copies references in the direction that reads each before overwriting it. */
  protected copyEntries(target: TableInstance, to: number, source: TableInstance, from: number, length: number): void {
    if (to < from) {
      for (let i = 0; i < length; i++) this.copyEntry(target, to + i, source, from + i);
    } else {
      for (let i = length - 1; i >= 0; i--) this.copyEntry(target, to + i, source, from + i);
    }
  }
  protected copyEntry(target: TableInstance, to: number, source: TableInstance, from: number): void {
    const value = this.#read(source.cells, from, source.slot);
    this.store.heap.writeBarrier(target.cells, to, value);
  }

  init(table: TableInstance, segment: ElementInstance): void {
    const { stack } = this.store;
    const base = stack.sp - 6;
    const to = stack.i32[base]! >>> 0;
    const from = stack.i32[base + 2]! >>> 0;
    const length = stack.i32[base + 4]! >>> 0;
    if (to + length > table.length) throw new Trap('outOfBoundsTableAccess');
    if (from + length > segment.cells.length) throw new Trap('outOfBoundsTableAccess');
    this.store.charge(length);
    if (table.slot === 'ref') {
      for (let i = 0; i < length; i++) {
        const value = this.#read(segment.cells, from + i, segment.slot);
        this.store.heap.writeBarrier(table.cells, to + i, value);
      }
    } else {
      table.cells.set(segment.cells.subarray(from, from + length), to);
    }
    stack.sp = base;
  }

  /** READ into the scratch word above the operands. */
  #read(cells: Int32Array, index: number, slot: SlotKind): number {
    const { heap, stack } = this.store;
    const value = cells[index]!;
    if (slot === 'ref') {
      stack.i32[stack.sp] = value;
      if (isObject(value) && heap.readBarrier(value)) this.store.readSafePoint();
    }
    return value;
  }

  /** `elem.drop`: the segment gives up what it owns. */
  dropElements(segment: ElementInstance): void {
    const { cells } = segment;
    segment.cells = NO_CELLS;
    if (segment.slot !== 'ref') return;
    for (let i = 0; i < cells.length; i++) {
      const value = cells[i]!;
      cells[i] = NULL;
      this.store.heap.drop(value);
    }
  }
}
