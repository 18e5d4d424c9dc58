import type { GlobalInstance } from './cells.ts';
import type { Store } from './store.ts';
import type { Value } from './value.ts';

/** The value of a global for the host; a reference is rooted in the current scope. */
export function readGlobal(store: Store, { type, cells }: GlobalInstance): Value {
  return store.boundary.toHost([type.type], cells, 0)[0]!;
}

/**
 * Sets a global from the host.
 * @throws HostValueError when the value is not of its type
 */
export function writeGlobal(store: Store, global: GlobalInstance, value: Value): void {
  store.boundary.check(value, global.type.type);
  const words = new Int32Array(4);
  store.boundary.writeValue(value, words, 0);
  if (global.slot === 'ref') store.heap.writeBarrier(global.cells, 0, words[0]!);
  else global.cells.set(words);
}
