/**
 * The functions that every host offers to Programs in namespace `env`, with the one type that each has. What they do is told
 * in `fuzz/engines/host-env.ts`.
 */
import type { FuncType } from '#wasm/syntax/types.ts';
import { HeapType, ValType, refType } from '#wasm/syntax/types.ts';

export const HOST_MODULE = 'env';

const { i32, anyref, externref, funcref } = ValType;
const type = (params: readonly ValType[], results: readonly ValType[]): FuncType => ({ kind: 'func', params, results });

export const HOST_TYPES = {
  gc: type([], []),
  id: type([anyref], [anyref]),
  idf: type([funcref], [funcref]),
  mk: type([i32], [externref]),
  val: type([externref], [i32]),
  two: type([], [externref, externref]),
  bad: type([], [externref, refType(HeapType.eq, false)]),
  cb: type([], []),
  cb_gc: type([], []),
  cb_twice: type([], []),
  cb_trap: type([], []),
} as const satisfies Record<string, FuncType>;
export type HostName = keyof typeof HOST_TYPES;
