/** The host module `spectest` that scripts import from. Every script gets a fresh one. */
import type { GlobalInstance } from '#runtime/cells.ts';
import type { Extern } from '#runtime/instance.ts';
import { writeGlobal } from '#runtime/host-globals.ts';
import type { Store } from '#runtime/store.ts';
import type { Value } from '#runtime/value.ts';
import { ValType } from '#wasm/syntax/types.ts';

/** The value of its globals, and 666.6 as the nearest float of each width. */
const GLOBALS: readonly (readonly [name: string, type: ValType, value: Value])[] = [
  ['global_i32', ValType.i32, { kind: 'i32', value: 666 }],
  ['global_i64', ValType.i64, { kind: 'i64', value: 666n }],
  ['global_f32', ValType.f32, { kind: 'f32', bits: 0x4426_a666 }],
  ['global_f64', ValType.f64, { kind: 'f64', bits: 0x4084_d4cc_cccc_cccdn }],
];
const { i32, i64, f32, f64 } = ValType;
const FUNCTIONS: readonly (readonly [name: string, params: readonly ValType[]])[] = [
  ['print', []],
  ['print_i32', [i32]],
  ['print_i64', [i64]],
  ['print_f32', [f32]],
  ['print_f64', [f64]],
  ['print_i32_f32', [i32, f32]],
  ['print_f64_f64', [f64, f64]],
];

function createGlobal(store: Store, type: ValType, value: Value): GlobalInstance {
  const global = store.newGlobal({ type, mutable: false });
  writeGlobal(store, global, value);
  return global;
}

/** Its functions print nothing; `table64` is left out, as 64-bit tables are not supported. */
export function createSpectest(store: Store): ReadonlyMap<string, Extern> {
  return new Map<string, Extern>([
    ...GLOBALS.map(([name, type, value]) => [name, createGlobal(store, type, value)] as const),
    ...FUNCTIONS.map(
      ([name, params]) => [name, store.newHostFunction({ kind: 'func', params, results: [] }, () => [])] as const,
    ),
    ['table', store.newTable({ element: ValType.funcref, limits: { min: 10, max: 20 } })],
    ['memory', store.newMemory({ limits: { min: 1, max: 2 } })],
  ]);
}
