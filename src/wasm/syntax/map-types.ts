/**
 * Rewrites every type that a module mentions, in a fixed order: fields, elements, parameters, results, locals, globals, tables,
 * segments, and the types in instructions. Whoever wants to look at types maps with a function that takes notes.
 */
import type { BlockType, Expr, Instruction } from './instructions.ts';
import { immediateKinds } from './instructions.ts';
import type { ExternType, Func, Module } from './module.ts';
import type { CompositeType, FieldType, HeapType, StorageType, SubType, ValType } from './types.ts';
import { heapTypeOf, isPacked, isRefType, refType } from './types.ts';

/** Must give a value type for a value type, and a reference type for a reference type where an instruction names its heap type. */
export type TypeMap = (type: StorageType) => StorageType;

function valType(type: ValType, map: TypeMap): ValType {
  const mapped = map(type);
  return isPacked(mapped) ? type : (mapped as ValType);
}
function heapType(type: HeapType, map: TypeMap): HeapType {
  const mapped = map(refType(type, true));
  return isRefType(mapped) ? heapTypeOf(mapped as ValType) : type;
}
function field({ storage, mutable }: FieldType, map: TypeMap): FieldType {
  return { storage: map(storage), mutable };
}
function composite(type: CompositeType, map: TypeMap): CompositeType {
  switch (type.kind) {
    case 'func':
      return { kind: 'func', params: type.params.map((t) => valType(t, map)), results: type.results.map((t) => valType(t, map)) };
    case 'struct':
      return { kind: 'struct', fields: type.fields.map((f) => field(f, map)) };
    case 'array':
      return { kind: 'array', element: field(type.element, map) };
  }
}
export function mapTypesOf(type: SubType, map: TypeMap): SubType {
  return { ...type, composite: composite(type.composite, map) };
}

function blockType(type: BlockType, map: TypeMap): BlockType {
  return type.kind === 'value' ? { kind: 'value', type: valType(type.type, map) } : type;
}
function instruction(old: Instruction, map: TypeMap): Instruction {
  let changed = old;
  const change = (fields: object): void => void (changed = { ...changed, ...fields } as Instruction);
  for (const kind of immediateKinds(old.op)!) {
    if (kind === 'blockType' && 'blockType' in old) change({ blockType: blockType(old.blockType, map) });
    else if (kind === 'types' && 'types' in old) change({ types: old.types.map((type) => valType(type, map)) });
    else if (kind === 'heapType' && 'heapType' in old) change({ heapType: heapType(old.heapType, map) });
    else if (kind === 'cast' && 'from' in old) change({ from: valType(old.from, map), to: valType(old.to, map) });
  }
  return changed;
}
function expr(old: Expr, map: TypeMap): Expr {
  return old.map((each) => instruction(each, map));
}

function externType(type: ExternType, map: TypeMap): ExternType {
  if (type.kind === 'table') return { ...type, element: valType(type.element, map) };
  return type.kind === 'global' ? { ...type, type: valType(type.type, map) } : type;
}
/** Locals and instructions; the function's own type is an index. */
export function mapFuncTypes(old: Func, map: TypeMap): Func {
  return { ...old, locals: old.locals.map((type) => valType(type, map)), body: expr(old.body, map) };
}

/** Rewrites all types of a module. Definitions keep their places. */
export function mapTypes(module: Module, map: TypeMap): Module {
  return {
    ...module,
    recGroups: module.recGroups.map((group) => group.map((type) => mapTypesOf(type, map))),
    imports: module.imports.map((entry) => ({ ...entry, type: externType(entry.type, map) })),
    functions: module.functions.map((func) => mapFuncTypes(func, map)),
    globals: module.globals.map(({ type, init }) => ({ type: { ...type, type: valType(type.type, map) }, init: expr(init, map) })),
    tables: module.tables.map(({ type, init }) => ({
      type: { ...type, element: valType(type.element, map) },
      init: init === undefined ? undefined : expr(init, map),
    })),
    elements: module.elements.map(({ type, items, mode }) => ({
      type: valType(type, map),
      items: items.map((item) => expr(item, map)),
      mode: mode.kind === 'active' ? { ...mode, offset: expr(mode.offset, map) } : mode,
    })),
    datas: module.datas.map(({ bytes, mode }) => ({
      bytes,
      mode: mode.kind === 'active' ? { ...mode, offset: expr(mode.offset, map) } : mode,
    })),
  };
}
