/**
 * Repair of a module: types first, then what definitions say of their types, then constant expressions, then function
 * bodies; each step relies on those before it. Definitions keep their places, so that indices keep their meaning.
 */
import { filterShared, mapShared, withShared } from '#util/map-shared.ts';
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { DataSegment, ElementSegment, ExternKind, ExternType, Global, Module, Table } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { FuncType, Limits, RecGroup, SubType, ValType } from '#wasm/syntax/types.ts';
import { ValType as V, heapTypeOf, isDefaultable, isRefType, refType } from '#wasm/syntax/types.ts';
import { mapValType } from '#wasm/syntax/map-indices.ts';
import { ModuleContext } from '#wasm/valid/module-context.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import { BodyRepair } from './body.ts';
import { ConstantRepair } from './constant.ts';
import { isKnown, knownContext, remember } from './known.ts';
import { repairTypes } from './types.ts';

const MAX_PAGES = 16;
const MAX_ENTRIES = 10_000;
const NOTHING: SubType = { final: true, supertypes: [], composite: { kind: 'func', params: [], results: [] } };
const ZERO: Expr = [{ op: Op['i32.const'], value: 0 }];

/**
 * @param isLasting whether others will be made of the result: it is remembered, so that their repair takes only as long as what is new
 * @returns a valid module; the same when it is valid and all its code can be reached
 */
export function repairModule(module: Module, isLasting: boolean): Module {
  const known = knownContext(module);
  const context = known ?? repairedContext(module);
  const repaired = repairBodies(known === undefined ? context.module : module, context);
  if (isLasting) remember(new ModuleContext(repaired, new TypeRegistry()));
  return repaired;
}

/** The context of a module that is valid but for its function bodies. */
function repairedContext(module: Module): ModuleContext {
  const shaped = new Shape(withShared(module, { recGroups: repairTypes(withFuncType(module)) })).repair();
  const registry = new TypeRegistry();
  let context = new ModuleContext(shaped, registry);
  // A global that has no value of its type becomes nullable, and so may not do any more where it was used.
  for (let repaired; (repaired = repairConstants(context)) !== context.module; ) context = new ModuleContext(repaired, registry);
  return context;
}

/** The types, with one more if functions or tags must have a type and there is none for them. */
function withFuncType(module: Module): readonly RecGroup[] {
  const types = typesOf(module).flatMap(({ composite }) => (composite.kind === 'func' ? [composite] : []));
  const tags = countOf(module, 'tag') > 0 && types.every(({ results }) => results.length > 0);
  const functions = countOf(module, 'func') > 0 && types.length === 0;
  return tags || functions ? [...module.recGroups, [NOTHING]] : module.recGroups;
}

// --- What definitions say ----------------------------------------------------------------------------------

class Shape {
  readonly #module: Module;
  readonly #types: readonly SubType[];
  readonly #funcTypes: readonly number[];
  readonly #tagTypes: readonly number[];

  constructor(module: Module) {
    this.#module = module;
    this.#types = typesOf(module);
    const indices = [...this.#types.keys()];
    this.#funcTypes = indices.filter((index) => this.#types[index]!.composite.kind === 'func');
    this.#tagTypes = this.#funcTypes.filter((index) => (this.#types[index]!.composite as FuncType).results.length === 0);
  }

  repair(): Module {
    const module = this.#module;
    const shaped = withShared(module, {
      imports: mapShared(module.imports, (entry) => withShared(entry, { type: this.#externType(entry.type) })),
      functions: mapShared(module.functions, (func) =>
        withShared(func, { typeIndex: among(this.#funcTypes, func.typeIndex), locals: this.#valTypes(func.locals) }),
      ),
      tables: mapShared(module.tables, (table) => this.#table(table)),
      memories: mapShared(module.memories, (memory) => withShared(memory, { limits: clamped(memory.limits, MAX_PAGES) })),
      tags: mapShared(module.tags, (tag) => withShared(tag, { typeIndex: among(this.#tagTypes, tag.typeIndex) })),
      globals: mapShared(module.globals, (global) => withShared(global, { type: this.#globalType(global.type) })),
      elements: mapShared(module.elements, (segment) => this.#element(segment)),
    });
    return this.#withExports(withShared(shaped, { datas: mapShared(shaped.datas, (segment) => dataOf(segment, countOf(shaped, 'memory'))) }));
  }

  #valType(type: ValType): ValType {
    const count = this.#types.length;
    if (!isRefType(type) || heapTypeOf(type) < count) return type;
    return count === 0 ? V.anyref : mapValType(type, { type: (index) => index % count });
  }
  #valTypes(types: readonly ValType[]): readonly ValType[] {
    return mapShared(types, (type) => this.#valType(type));
  }
  #refType(type: ValType): ValType {
    return isRefType(type) ? this.#valType(type) : V.anyref;
  }
  #globalType(type: Global['type']): Global['type'] {
    return withShared(type, { type: this.#valType(type.type) });
  }
  #tableType<T extends Table['type']>(type: T): T {
    const { element, limits } = type;
    return withShared<Table['type']>(type, { element: this.#refType(element), limits: clamped(limits, MAX_ENTRIES) }) as T;
  }

  #externType(type: ExternType): ExternType {
    switch (type.kind) {
      case 'func':
        return withShared(type, { typeIndex: among(this.#funcTypes, type.typeIndex) });
      case 'tag':
        return withShared(type, { typeIndex: among(this.#tagTypes, type.typeIndex) });
      case 'table':
        return this.#tableType(type);
      case 'memory':
        return withShared(type, { limits: clamped(type.limits, MAX_PAGES) });
      case 'global':
        return withShared(type, { type: this.#valType(type.type) });
    }
  }

  #table(table: Table): Table {
    const type = this.#tableType(table.type);
    if (table.init !== undefined || isDefaultable(type.element)) return withShared(table, { type });
    return { type: { ...type, element: refType(heapTypeOf(type.element), true) }, init: undefined };
  }

  #element(segment: ElementSegment): ElementSegment {
    const type = this.#refType(segment.type);
    const { mode } = segment;
    const tables = countOf(this.#module, 'table');
    if (mode.kind !== 'active' || mode.table < tables) return withShared(segment, { type });
    return { ...segment, type, mode: tables === 0 ? { kind: 'passive' } : { ...mode, table: mode.table % tables } };
  }

  #withExports(module: Module): Module {
    const names = new Set<string>();
    const exports = filterShared(module.exports, ({ name, kind, index }) => {
      const keep = index < countOf(module, kind) && !names.has(name);
      if (keep) names.add(name);
      return keep;
    });
    return withShared(module, { exports, start: this.#start(module) });
  }
  #start(module: Module): number | undefined {
    const { start } = module;
    if (start === undefined || start >= countOf(module, 'func')) return undefined;
    const { params, results } = this.#types[typeIndexOf(module, start)]!.composite as FuncType;
    return params.length + results.length === 0 ? start : undefined;
  }
}

function among(indices: readonly number[], index: number): number {
  return indices.includes(index) ? index : indices[index % indices.length]!;
}
function clamped(limits: Limits, bound: number): Limits {
  const min = Math.min(limits.min, bound);
  return withShared(limits, { min, max: limits.max === undefined ? undefined : Math.min(Math.max(min, limits.max), 65536) });
}
function dataOf(segment: DataSegment, memories: number): DataSegment {
  if (segment.mode.kind === 'passive' || segment.mode.memory < memories) return segment;
  return { ...segment, mode: memories === 0 ? { kind: 'passive' } : { ...segment.mode, memory: segment.mode.memory % memories } };
}

const DEFINED = { func: 'functions', table: 'tables', memory: 'memories', global: 'globals', tag: 'tags' } as const;

/** Entries of an index space. */
function countOf(module: Module, kind: ExternKind): number {
  return module.imports.filter(({ type }) => type.kind === kind).length + module[DEFINED[kind]].length;
}
/** Type index of a function. @param index in range */
function typeIndexOf(module: Module, index: number): number {
  const imported = module.imports.flatMap(({ type }) => (type.kind === 'func' ? [type.typeIndex] : []));
  return imported[index] ?? module.functions[index - imported.length]!.typeIndex;
}

// --- Expressions -------------------------------------------------------------------------------------------

/** Null in place of what has no value. */
function nullOf(type: ValType): { readonly type: ValType; readonly init: Expr } {
  const heapType = heapTypeOf(type);
  return { type: refType(heapType, true), init: [{ op: Op['ref.null'], heapType }] };
}

/** @param context valid but for its expressions */
function repairConstants(context: ModuleContext): Module {
  const { module, imported, tables, globals, elementTypes, registry } = context;
  const repair = new ConstantRepair(context);
  const offset = (expr: Expr): Expr => repair.repair(expr, V.i32, globals.length) ?? ZERO;
  return withShared(module, {
    tables: mapShared(module.tables, (table, i) => {
      if (table.init === undefined) return table;
      const init = repair.repair(table.init, tables[imported.table + i]!.element, imported.global);
      if (init !== undefined) return withShared(table, { init });
      const { type: element } = nullOf(table.type.element);
      return { type: { ...table.type, element }, init: undefined };
    }),
    globals: mapShared(module.globals, (global, i) => {
      const index = imported.global + i;
      const init = repair.repair(global.init, globals[index]!.type, index);
      if (init !== undefined) return withShared(global, { init });
      const { type, init: none } = nullOf(global.type.type);
      return { type: { ...global.type, type }, init: none };
    }),
    elements: mapShared(module.elements, (segment, i) => {
      const type = elementTypes[i]!;
      const repaired = mapShared<Expr | undefined>(segment.items, (item) => repair.repair(item!, type, globals.length));
      const items = repaired.every((item) => item !== undefined) ? repaired : [];
      const { mode } = segment;
      if (mode.kind !== 'active') return withShared(segment, { items });
      const fits = registry.matches(type, tables[mode.table]!.element);
      return withShared(segment, { items, mode: fits ? withShared(mode, { offset: offset(mode.offset) }) : { kind: 'passive' } });
    }),
    datas: mapShared(module.datas, (segment) => {
      const { mode } = segment;
      return mode.kind === 'passive' ? segment : withShared(segment, { mode: withShared(mode, { offset: offset(mode.offset) }) });
    }),
  });
}

/** @param context known and good for the module, or its own, valid but for its function bodies */
function repairBodies(module: Module, context: ModuleContext): Module {
  const repair = new BodyRepair(context);
  const functions = mapShared(module.functions, (func, i) =>
    isKnown(func, context) ? func : withShared(func, { body: repair.repair(context.imported.func + i, func) }),
  );
  return withShared(module, { functions });
}
