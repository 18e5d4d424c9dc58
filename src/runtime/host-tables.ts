/** What a host can do with a table. References that it hands over are borrowed from it: the table counts its own. */
import type { TableInstance } from './cells.ts';
import type { Store } from './store.ts';
import type { Value } from './value.ts';

export class HostTables {
  protected readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /**
   * Sets an entry.
   * @returns false, and changes nothing, beyond the end of the table
   * @throws HostValueError when the value is not of the table's type
   */
  write(table: TableInstance, index: number, value: Value): boolean {
    const word = this.#wordOf(table, value);
    if (index >= table.length) return false;
    if (table.slot === 'ref') this.writeReference(table, index, word);
    else table.cells[index] = word;
    return true;
  }
  protected writeReference({ cells }: TableInstance, index: number, ref: number): void {
    this.store.heap.writeBarrier(cells, index, ref);
  }

  /**
   * Appends entries that hold a value.
   * @returns the old size, or -1 when limits forbid it
   * @throws HostValueError when the value is not of the table's type
   */
  grow(table: TableInstance, entries: number, value: Value): number {
    return this.growBy(table, entries, this.#wordOf(table, value));
  }
  protected growBy(table: TableInstance, entries: number, word: number): number {
    return this.store.operations.tables.growBy(table, entries, word);
  }

  /** The word that stands for a value of the table's type. @throws HostValueError when it is none */
  #wordOf(table: TableInstance, value: Value): number {
    const { boundary } = this.store;
    boundary.check(value, table.type.element);
    const words = new Int32Array(2);
    boundary.writeValue(value, words, 0);
    return words[0]!;
  }
}
