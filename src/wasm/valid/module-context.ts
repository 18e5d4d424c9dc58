/**
 * What the instructions of a module are checked against (spec: Validation / Conventions / Contexts): the type
 * of everything that has an index, with canonical heap types.
 *
 * Building a context checks the type section and all types that imports and definitions mention. Expressions,
 * exports and segments are checked by `validate`.
 */
import type { Place } from '../errors.ts';
import { ValidationError } from '../errors.ts';
import type { Expr } from '../syntax/instructions.ts';
import type { ExternKind, Module } from '../syntax/module.ts';
import type { FuncType, GlobalType, Limits, MemoryType, TableType, TagType, ValType } from '../syntax/types.ts';
import { heapTypeOf, isRefType, typeName } from '../syntax/types.ts';
import { checkSubtypes, checkTypeReferences, isTypeInRange } from './type-section.ts';
import type { TypeRegistry } from './type-registry.ts';
import { canonicalValType } from './type-registry.ts';

export const MAX_MEMORY_PAGES = 65536;
export const MAX_TABLE_ENTRIES = 2 ** 32 - 1;

export class ModuleContext {
  readonly module: Module;
  readonly registry: TypeRegistry;
  /** Canonical id by type index. */
  readonly typeIds: Int32Array;
  /** How many entries of each index space are imported; they come first. */
  readonly imported: Readonly<Record<ExternKind, number>>;
  /** Canonical id of the function type by function index. */
  readonly functionTypeIds: readonly number[];
  readonly tables: readonly TableType[];
  readonly memories: readonly MemoryType[];
  readonly globals: readonly GlobalType[];
  /** Canonical id of the function type by tag index. */
  readonly tagTypeIds: readonly number[];
  /** Type of the references in each element segment. */
  readonly elementTypes: readonly ValType[];
  /** Number of data segments. */
  readonly dataCount: number;
  /** Functions that occur outside function bodies; `ref.func` in a body may name only these. */
  readonly declaredFunctions: ReadonlySet<number>;

  /**
   * @throws ValidationError when a type definition is not valid, or an import or definition has a type that
   *   is not
   */
  constructor(module: Module, registry: TypeRegistry) {
    checkTypeReferences(module.recGroups);
    this.module = module;
    this.registry = registry;
    this.typeIds = registry.define(module.recGroups);
    checkSubtypes(this.typeIds, registry);

    const imported = { func: 0, table: 0, memory: 0, global: 0, tag: 0 };
    const functionTypeIds: number[] = [];
    const tables: TableType[] = [];
    const memories: MemoryType[] = [];
    const globals: GlobalType[] = [];
    const tagTypeIds: number[] = [];
    module.imports.forEach(({ type }, index) => {
      const place = { space: 'import', index };
      imported[type.kind]++;
      switch (type.kind) {
        case 'func':
          functionTypeIds.push(this.#funcTypeId(type.typeIndex, place));
          break;
        case 'table':
          tables.push(this.#tableType(type, place));
          break;
        case 'memory':
          memories.push(checkedMemoryType(type, place));
          break;
        case 'global':
          globals.push(this.#globalType(type, place));
          break;
        case 'tag':
          tagTypeIds.push(this.#tagTypeId(type, place));
      }
    });
    for (const func of module.functions) {
      functionTypeIds.push(this.#funcTypeId(func.typeIndex, { space: 'function', index: functionTypeIds.length }));
    }
    for (const table of module.tables) {
      tables.push(this.#tableType(table.type, { space: 'table', index: tables.length }));
    }
    for (const memory of module.memories) {
      memories.push(checkedMemoryType(memory, { space: 'memory', index: memories.length }));
    }
    for (const global of module.globals) {
      globals.push(this.#globalType(global.type, { space: 'global', index: globals.length }));
    }
    for (const tag of module.tags) tagTypeIds.push(this.#tagTypeId(tag, { space: 'tag', index: tagTypeIds.length }));

    this.imported = imported;
    this.functionTypeIds = functionTypeIds;
    this.tables = tables;
    this.memories = memories;
    this.globals = globals;
    this.tagTypeIds = tagTypeIds;
    this.elementTypes = module.elements.map(({ type }, index) =>
      this.#refType(type, { space: 'element segment', index }),
    );
    this.dataCount = module.datas.length;
    this.declaredFunctions = declaredFunctions(module);
  }

  /** The type of a function. @param index in range */
  functionType(index: number): FuncType {
    return this.registry.composite(this.functionTypeIds[index]!) as FuncType;
  }
  /** The type of a tag. @param index in range */
  tagType(index: number): FuncType {
    return this.registry.composite(this.tagTypeIds[index]!) as FuncType;
  }
  /**
   * A value type of the module with canonical heap types.
   * @throws ValidationError when it names a type index that does not exist
   */
  valType(type: ValType, place: Place): ValType {
    if (!isTypeInRange(type, this.typeIds.length)) {
      throw new ValidationError(`unknown type ${heapTypeOf(type)}`, place);
    }
    return canonicalValType(type, this.typeIds);
  }

  #refType(type: ValType, place: Place): ValType {
    if (!isRefType(type)) throw new ValidationError(`type mismatch: ${typeName(type)} is not a reference type`, place);
    return this.valType(type, place);
  }
  #funcTypeId(typeIndex: number, place: Place): number {
    const id = this.typeIds[typeIndex];
    if (id === undefined) throw new ValidationError(`unknown type ${typeIndex}`, place);
    if (this.registry.composite(id).kind !== 'func') {
      throw new ValidationError(`type ${typeIndex} is not a function type`, place);
    }
    return id;
  }
  #tagTypeId({ typeIndex }: TagType, place: Place): number {
    const id = this.#funcTypeId(typeIndex, place);
    if ((this.registry.composite(id) as FuncType).results.length > 0) {
      throw new ValidationError('a tag has no results', place);
    }
    return id;
  }
  #globalType({ type, mutable }: GlobalType, place: Place): GlobalType {
    return { type: this.valType(type, place), mutable };
  }
  #tableType({ element, limits }: TableType, place: Place): TableType {
    checkLimits(limits, MAX_TABLE_ENTRIES, 'table size must be at most 2^32-1', place);
    return { element: this.#refType(element, place), limits };
  }
}

function checkedMemoryType({ limits }: MemoryType, place: Place): MemoryType {
  checkLimits(limits, MAX_MEMORY_PAGES, 'memory size must be at most 65536 pages (4 GiB)', place);
  return { limits };
}

/** Spec: Validation / Types / Limits. */
function checkLimits({ min, max }: Limits, bound: number, message: string, place: Place): void {
  if (min > bound || (max !== undefined && max > bound)) throw new ValidationError(message, place);
  if (max !== undefined && min > max) {
    throw new ValidationError('size minimum must not be greater than maximum', place);
  }
}

/** Spec: Validation / Modules: the references of the context. */
function declaredFunctions(module: Module): ReadonlySet<number> {
  const declared = new Set<number>();
  const scan = (expr: Expr): void => {
    for (const instruction of expr) {
      if (instruction.op === 0xd2 /* ref.func */) declared.add(instruction.func);
    }
  };
  for (const table of module.tables) if (table.init !== undefined) scan(table.init);
  for (const global of module.globals) scan(global.init);
  for (const segment of module.elements) {
    segment.items.forEach(scan);
    if (segment.mode.kind === 'active') scan(segment.mode.offset);
  }
  for (const segment of module.datas) if (segment.mode.kind === 'active') scan(segment.mode.offset);
  for (const { kind, index } of module.exports) if (kind === 'func') declared.add(index);
  return declared;
}
