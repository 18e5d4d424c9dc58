/** What a host can do with a table. References it hands over are counted as any other write of the table. */
import type { TableInstance } from './cells.ts';
import type { Store } from './store.ts';
import type { Value } from './value.ts';

/** The word that stands for a value of the table's type. @throws HostValueError when it is none */
function wordOf(store: Store, table: TableInstance, value: Value): number {
  store.boundary.check(value, table.type.element);
  const words = new Int32Array(2);
  store.boundary.writeValue(value, words, 0);
  return words[0]!;
}

/**
 * Sets an entry.
 * @returns false, and changes nothing, beyond the end of the table
 * @throws HostValueError when the value is not of the table's type
 */
export function writeTable(store: Store, table: TableInstance, index: number, value: Value): boolean {
  const word = wordOf(store, table, value);
  if (index >= table.length) return false;
  store.operations.tables.fillEntries(table, index, 1, word);
  return true;
}

/**
 * Appends entries that hold a value.
 * @returns the old size, or -1 when limits forbid it
 * @throws HostValueError when the value is not of the table's type
 */
export function growTable(store: Store, table: TableInstance, entries: number, value: Value): number {
  return store.operations.tables.growBy(table, entries, wordOf(store, table, value));
}
