/**
 * A WebAssembly module as plain data (spec: Structure / Modules).
 *
 * Every index counts as in the binary format: imports come first in each index space. A module says nothing
 * about how its bytes were laid out, apart from the place of its custom sections.
 */
import type { Expr } from './instructions.ts';
import { Op } from './instructions.ts';
import type { GlobalType, MemoryType, RecGroup, SubType, TableType, TagType, ValType } from './types.ts';
import { HeapType, refType } from './types.ts';

export type ExternType =
  | { readonly kind: 'func'; readonly typeIndex: number }
  | ({ readonly kind: 'table' } & TableType)
  | ({ readonly kind: 'memory' } & MemoryType)
  | ({ readonly kind: 'global' } & GlobalType)
  | ({ readonly kind: 'tag' } & TagType);
export type ExternKind = ExternType['kind'];

export interface Import {
  readonly module: string;
  readonly name: string;
  readonly type: ExternType;
}
export interface Func {
  readonly typeIndex: number;
  /** Declared locals, parameters not included. */
  readonly locals: readonly ValType[];
  readonly body: Expr;
}
export interface Table {
  readonly type: TableType;
  /** Initial value of every entry; null when absent. */
  readonly init: Expr | undefined;
}
export interface Global {
  readonly type: GlobalType;
  readonly init: Expr;
}
export interface Export {
  readonly name: string;
  readonly kind: ExternKind;
  readonly index: number;
}
export type ElementMode =
  | { readonly kind: 'passive' }
  | { readonly kind: 'declarative' }
  | { readonly kind: 'active'; readonly table: number; readonly offset: Expr };
export interface ElementSegment {
  readonly type: ValType;
  readonly items: readonly Expr[];
  readonly mode: ElementMode;
}
export type DataMode =
  | { readonly kind: 'passive' }
  | { readonly kind: 'active'; readonly memory: number; readonly offset: Expr };
export interface DataSegment {
  readonly bytes: Uint8Array;
  readonly mode: DataMode;
}
export interface CustomSection {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Id of the section it follows (0 for none before it). */
  readonly after: number;
}

export interface Module {
  readonly recGroups: readonly RecGroup[];
  readonly imports: readonly Import[];
  readonly functions: readonly Func[];
  readonly tables: readonly Table[];
  readonly memories: readonly MemoryType[];
  readonly tags: readonly TagType[];
  readonly globals: readonly Global[];
  readonly exports: readonly Export[];
  readonly start: number | undefined;
  readonly elements: readonly ElementSegment[];
  readonly datas: readonly DataSegment[];
  readonly customs: readonly CustomSection[];
}

export const EMPTY_MODULE: Module = {
  recGroups: [],
  imports: [],
  functions: [],
  tables: [],
  memories: [],
  tags: [],
  globals: [],
  exports: [],
  start: undefined,
  elements: [],
  datas: [],
  customs: [],
};

/** All types of a module in type-index order. */
export function typesOf(module: Module): readonly SubType[] {
  return module.recGroups.flat();
}

/** Whether two modules share all but the bodies of their functions: tells by identity, so a copy is not known for what it is. */
export function differInBodiesOnly(a: Module, b: Module): boolean {
  if (a === b) return true;
  for (const key of Object.keys(a) as (keyof Module)[]) if (key !== 'functions' && a[key] !== b[key]) return false;
  if (a.functions.length !== b.functions.length) return false;
  return a.functions.every((func, i) => {
    const other = b.functions[i]!;
    return func === other || (func.typeIndex === other.typeIndex && func.locals === other.locals);
  });
}

const FUNCTIONS = refType(HeapType.func, false);

/**
 * The function indices of an element segment that is nothing but references to functions, of type `(ref func)`: the
 * binary and the text format have a short form for it. Undefined for any other segment.
 */
export function functionIndices(segment: ElementSegment): readonly number[] | undefined {
  if (segment.type !== FUNCTIONS) return undefined;
  const indices: number[] = [];
  for (const item of segment.items) {
    const first = item[0];
    if (item.length !== 1 || first?.op !== Op['ref.func']) return undefined;
    indices.push(first.func);
  }
  return indices;
}
