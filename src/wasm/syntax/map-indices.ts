/**
 * Renumbering: rewrites every index that a piece of a module mentions, by index space. Whoever removes or reorders
 * definitions maps the rest of the module through this; whoever asks what is used maps with functions that take notes.
 *
 * What kinds of immediates an instruction has comes from the instruction table, so a new instruction needs nothing here,
 * and a new kind of immediate one entry. Definitions themselves stay where they are: that is the caller's part.
 */
import type { BlockType, Catch, Expr, ImmediateFields, ImmediateKind, Instruction } from './instructions.ts';
import { immediateKinds } from './instructions.ts';
import type {
  DataSegment,
  ElementSegment,
  Export,
  ExternKind,
  ExternType,
  Func,
  Global,
  Import,
  Module,
  Table,
} from './module.ts';
import type { CompositeType, FieldType, HeapType, StorageType, SubType, ValType } from './types.ts';
import { concrete, heapTypeOf, isConcrete, isNullable, isPacked, isRefType, refType } from './types.ts';

/** `label` counts from the innermost block; `local` includes parameters. Both mean something inside one function only. */
export type IndexSpace = ExternKind | 'type' | 'elem' | 'data' | 'local' | 'label';

/** Spaces that are absent stay as they are. */
export type IndexMap = { readonly [Space in IndexSpace]?: (index: number) => number };

function mapped(map: IndexMap, space: IndexSpace, index: number): number {
  return map[space]?.(index) ?? index;
}

// --- Types -------------------------------------------------------------------------------------------------

function mapHeapType(heapType: HeapType, map: IndexMap): HeapType {
  return isConcrete(heapType) ? concrete(mapped(map, 'type', heapType)) : heapType;
}
export function mapValType(type: ValType, map: IndexMap): ValType {
  return isRefType(type) ? refType(mapHeapType(heapTypeOf(type), map), isNullable(type)) : type;
}
function mapStorage(type: StorageType, map: IndexMap): StorageType {
  return isPacked(type) ? type : mapValType(type, map);
}
function mapField(field: FieldType, map: IndexMap): FieldType {
  return { ...field, storage: mapStorage(field.storage, map) };
}
function mapComposite(type: CompositeType, map: IndexMap): CompositeType {
  switch (type.kind) {
    case 'func': {
      const each = (list: readonly ValType[]): readonly ValType[] => list.map((value) => mapValType(value, map));
      return { kind: 'func', params: each(type.params), results: each(type.results) };
    }
    case 'struct':
      return { kind: 'struct', fields: type.fields.map((field) => mapField(field, map)) };
    case 'array':
      return { kind: 'array', element: mapField(type.element, map) };
  }
}
export function mapSubType(type: SubType, map: IndexMap): SubType {
  return {
    final: type.final,
    supertypes: type.supertypes.map((index) => mapped(map, 'type', index)),
    composite: mapComposite(type.composite, map),
  };
}

// --- Instructions ------------------------------------------------------------------------------------------

function mapBlockType(blockType: BlockType, map: IndexMap): BlockType {
  switch (blockType.kind) {
    case 'empty':
      return blockType;
    case 'value':
      return { kind: 'value', type: mapValType(blockType.type, map) };
    case 'type':
      return { kind: 'type', index: mapped(map, 'type', blockType.index) };
  }
}
function mapCatch(clause: Catch, map: IndexMap): Catch {
  const label = mapped(map, 'label', clause.label);
  return 'tag' in clause ? { ...clause, tag: mapped(map, 'tag', clause.tag), label } : { ...clause, label };
}

/** Index spaces of the immediates that are one index, in the field called like the immediate. */
const PLAIN = {
  label: 'label',
  func: 'func',
  type: 'type',
  sourceType: 'type',
  table: 'table',
  sourceTable: 'table',
  local: 'local',
  global: 'global',
  memory: 'memory',
  sourceMemory: 'memory',
  data: 'data',
  elem: 'elem',
  tag: 'tag',
} as const satisfies Partial<Record<ImmediateKind, IndexSpace>>;

type Plain = keyof typeof PLAIN;
type Mapper<Kind extends ImmediateKind> = (fields: ImmediateFields[Kind], map: IndexMap) => ImmediateFields[Kind];
type Compound = 'blockType' | 'catches' | 'labels' | 'types' | 'memArg' | 'heapType' | 'cast';

const COMPOUND: { readonly [Kind in Compound]: Mapper<Kind> } = {
  blockType: ({ blockType }, map) => ({ blockType: mapBlockType(blockType, map) }),
  catches: ({ catches }, map) => ({ catches: catches.map((clause) => mapCatch(clause, map)) }),
  labels: ({ labels }, map) => ({ labels: labels.map((label) => mapped(map, 'label', label)) }),
  types: ({ types }, map) => ({ types: types.map((type) => mapValType(type, map)) }),
  memArg: ({ align, offset, memory }, map) => ({ align, offset, memory: mapped(map, 'memory', memory) }),
  heapType: ({ heapType }, map) => ({ heapType: mapHeapType(heapType, map) }),
  cast: ({ from, to }, map) => ({ from: mapValType(from, map), to: mapValType(to, map) }),
};

function isPlain(kind: ImmediateKind): kind is Plain {
  return kind in PLAIN;
}
function isCompound(kind: ImmediateKind): kind is Compound {
  return kind in COMPOUND;
}

export function mapInstruction(instruction: Instruction, map: IndexMap): Instruction {
  let result = instruction;
  for (const kind of immediateKinds(instruction.op)!) {
    if (isPlain(kind)) {
      const index = (instruction as unknown as Record<Plain, number>)[kind];
      result = { ...result, [kind]: mapped(map, PLAIN[kind], index) } as Instruction;
    } else if (isCompound(kind)) {
      const mapper = COMPOUND[kind] as (fields: Instruction, map: IndexMap) => object;
      result = { ...result, ...mapper(instruction, map) } as Instruction;
    }
  }
  return result;
}
export function mapExpr(expr: Expr, map: IndexMap): Expr {
  return expr.map((instruction) => mapInstruction(instruction, map));
}

// --- Definitions -------------------------------------------------------------------------------------------

function mapExternType(type: ExternType, map: IndexMap): ExternType {
  switch (type.kind) {
    case 'func':
    case 'tag':
      return { ...type, typeIndex: mapped(map, 'type', type.typeIndex) };
    case 'table':
      return { ...type, element: mapValType(type.element, map) };
    case 'global':
      return { ...type, type: mapValType(type.type, map) };
    case 'memory':
      return type;
  }
}
export function mapImport(entry: Import, map: IndexMap): Import {
  return { ...entry, type: mapExternType(entry.type, map) };
}
export function mapFunc({ typeIndex, locals, body }: Func, map: IndexMap): Func {
  return {
    typeIndex: mapped(map, 'type', typeIndex),
    locals: locals.map((type) => mapValType(type, map)),
    body: mapExpr(body, map),
  };
}
export function mapTable({ type, init }: Table, map: IndexMap): Table {
  return {
    type: { ...type, element: mapValType(type.element, map) },
    init: init === undefined ? undefined : mapExpr(init, map),
  };
}
export function mapGlobal({ type, init }: Global, map: IndexMap): Global {
  return { type: { ...type, type: mapValType(type.type, map) }, init: mapExpr(init, map) };
}
export function mapExport(entry: Export, map: IndexMap): Export {
  return { ...entry, index: mapped(map, entry.kind, entry.index) };
}
export function mapElement({ type, items, mode }: ElementSegment, map: IndexMap): ElementSegment {
  return {
    type: mapValType(type, map),
    items: items.map((item) => mapExpr(item, map)),
    mode:
      mode.kind === 'active'
        ? { kind: 'active', table: mapped(map, 'table', mode.table), offset: mapExpr(mode.offset, map) }
        : mode,
  };
}
export function mapData({ bytes, mode }: DataSegment, map: IndexMap): DataSegment {
  if (mode.kind === 'passive') return { bytes, mode };
  return {
    bytes,
    mode: { kind: 'active', memory: mapped(map, 'memory', mode.memory), offset: mapExpr(mode.offset, map) },
  };
}

/** Rewrites all indices of a module. Definitions keep their places. */
export function mapModule(module: Module, map: IndexMap): Module {
  return {
    recGroups: module.recGroups.map((group) => group.map((type) => mapSubType(type, map))),
    imports: module.imports.map((entry) => mapImport(entry, map)),
    functions: module.functions.map((func) => mapFunc(func, map)),
    tables: module.tables.map((table) => mapTable(table, map)),
    memories: module.memories,
    tags: module.tags.map(({ typeIndex }) => ({ typeIndex: mapped(map, 'type', typeIndex) })),
    globals: module.globals.map((global) => mapGlobal(global, map)),
    exports: module.exports.map((entry) => mapExport(entry, map)),
    start: module.start === undefined ? undefined : mapped(map, 'func', module.start),
    elements: module.elements.map((segment) => mapElement(segment, map)),
    datas: module.datas.map((segment) => mapData(segment, map)),
    customs: module.customs,
  };
}
