/**
 * The functions that every host offers in namespace `env`, with the one type that each has. What they do is told where the host
 * is implemented; generators know their types only.
 */
import type { FuncType } from '#wasm/syntax/types.ts';
import { HeapType, ValType, refType } from '#wasm/syntax/types.ts';

export const HOST_NAMESPACE = 'env';

const { i32, anyref, externref, funcref } = ValType;
type Signature = Pick<FuncType, 'params' | 'results'>;
const type = (params: readonly ValType[], results: readonly ValType[]): Signature => ({ params, results });

export const HOST_FUNCTIONS = {
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
} as const satisfies Record<string, Signature>;

export type HostFunction = keyof typeof HOST_FUNCTIONS;
