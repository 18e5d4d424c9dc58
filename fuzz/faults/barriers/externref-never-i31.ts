import type { ValType } from '#wasm/syntax/types.ts';
import { HeapType, heapTypeOf } from '#wasm/syntax/types.ts';
import { isI31, isObject } from '#runtime/heap/reference.ts';
import type { Store } from '#runtime/store.ts';
import { FILTER, withFilter } from './filtering-heap.ts';
import type { Fault } from '../fault.ts';

/** Whether these are the cells of a global or table whose type is in the extern hierarchy. */
function isExtern(cells: Int32Array, { globals, tables }: Store): boolean {
  const global = globals.find((candidate) => candidate.cells === cells);
  const type = global?.type.type ?? tables.find((candidate) => candidate.cells === cells)?.type.element;
  return type !== undefined && isExternType(type);
}
function isExternType(type: ValType): boolean {
  const heapType = heapTypeOf(type);
  return heapType === HeapType.extern || heapType === HeapType.noextern;
}

export const externrefNeverI31: Fault = {
  slug: 'externref-never-i31',
  title: 'Barriers of externref cells do not ask for i31.',
  references: ['https://github.com/bytecodealliance/wasmtime/pull/10371'],
  class: 'barrier',
  twinBlind: false,
  guilty: ['global.set', 'table.set', 'table.fill', 'table.copy', 'table.init', 'table.grow', 'global initialiser', 'table initialiser', 'active element segment', 'setGlobal', 'setTable', 'growTable'],
  caughtBy: ['assertion', 'audit', 'heapIntegrity', 'poison', 'crash', 'differential', 'leakCheck'],
  story: [
    'The type of a cell tells which tests its barriers need. It was thought that nothing of the extern hierarchy can',
    'be an i31. But extern.convert_any turns any reference into an externref, and does not touch its bits.',
    '',
    'An i31 that comes to an externref cell that way is counted as an object, at an odd address. Planted in globals',
    'and tables, whose types are known when they are written to.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    ...withFilter(parts, {
      ...FILTER,
      counts: (ref, cells, store) => isObject(ref) || (isI31(ref) && isExtern(cells, store)),
    }),
  }),
};
