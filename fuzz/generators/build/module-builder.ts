/**
 * A module under construction, at the level of our own `Module`: for what binaryen's API does not reach (element segments with GC
 * expressions, bulk table instructions, block parameters, exceptions, v128 fields) and for speed.
 *
 * Definitions are appended and never change their index. Imports come before all functions. Functions are declared first and written
 * later, so that any body may call any function.
 */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type {
  DataMode,
  DataSegment,
  ElementMode,
  ElementSegment,
  Export,
  ExternKind,
  Func,
  Global,
  Import,
  Module,
  Table,
} from '#wasm/syntax/module.ts';
import type { FuncType, GlobalType, Limits, MemoryType, TableType, TagType, ValType } from '#wasm/syntax/types.ts';
import { HeapType, refType } from '#wasm/syntax/types.ts';
import type { Signature } from './body.ts';
import { Body } from './body.ts';
import type { HostName } from '#fuzz/program/host-types.ts';
import { HOST_MODULE, HOST_TYPES } from '#fuzz/program/host-types.ts';
import { TypeTable } from './type-table.ts';

/** A function by index, imports counted. */
export interface FunctionEntry extends Signature {
  readonly index: number;
  readonly typeIndex: number;
}

/** Stands for a function that is declared and not written yet. */
const UNWRITTEN: Func = { typeIndex: 0, locals: [], body: [] };

export class ModuleBuilder {
  readonly types = new TypeTable();
  /** All functions by index. */
  readonly functions: FunctionEntry[] = [];
  /** Imported ones first; those have no initial value here. */
  readonly tables: Table[] = [];
  readonly globals: Global[] = [];
  readonly tags: TagType[] = [];
  readonly memories: MemoryType[] = [];
  readonly elements: ElementSegment[] = [];
  readonly datas: DataSegment[] = [];
  start: number | undefined;
  /** By segment, the global that is not zero once code has dropped it. Segments that are not here are never dropped. */
  readonly dropFlags = { elem: new Map<number, number>(), data: new Map<number, number>() } as const;
  readonly #imports: Import[] = [];
  readonly #exports: Export[] = [];
  readonly #written: Func[] = [];
  #importedFunctions = 0;
  #importedTags = 0;
  #importedGlobals = 0;
  #importedTables = 0;
  readonly #host = new Map<HostName, FunctionEntry>();

  // --- Functions -----------------------------------------------------------------------------------------

  /** Imports functions of the host. To be called before any function is declared. */
  importHost(...names: readonly HostName[]): void {
    for (const name of names) this.#host.set(name, this.importFunction(HOST_MODULE, name, HOST_TYPES[name]));
  }
  /**
   * Imports a function of another module. To be called before any function is declared.
   * @param typeIndex as in `declare`
   */
  importFunction(from: string, name: string, signature: Signature, typeIndex?: number): FunctionEntry {
    if (this.#written.length > 0) throw new Error('imports come before functions');
    const entry = this.#newFunction(signature, typeIndex);
    this.#importedFunctions++;
    this.#imports.push({ module: from, name, type: { kind: 'func', typeIndex: entry.typeIndex } });
    return entry;
  }
  /** Imports a tag of another module. To be called before any tag is defined. @returns its index */
  importTag(from: string, name: string, params: readonly ValType[]): number {
    const tag = this.addTag(params);
    this.#importedTags++;
    this.#imports.push({ module: from, name, type: { kind: 'tag', ...this.tags[tag]! } });
    return tag;
  }
  /** Imports a global of another module. To be called before any global is defined. @returns its index */
  importGlobal(from: string, name: string, type: GlobalType): number {
    this.#imports.push({ module: from, name, type: { kind: 'global', ...type } });
    this.#importedGlobals++;
    return this.globals.push({ type, init: [] }) - 1;
  }
  /** Imports a table of another module. To be called before any table is defined. @returns its index */
  importTable(from: string, name: string, type: TableType): number {
    this.#imports.push({ module: from, name, type: { kind: 'table', ...type } });
    this.#importedTables++;
    return this.tables.push({ type, init: undefined }) - 1;
  }
  /** Globals that are imported: the only ones that initial values of tables may name. */
  get importedGlobals(): number {
    return this.#importedGlobals;
  }

  /** A function of the host, if it is imported. */
  host(name: HostName): FunctionEntry | undefined {
    return this.#host.get(name);
  }

  /**
   * Makes room for a function, which can be named from now on.
   * @param typeIndex of a type with this signature, if not of the one that functions have unless told otherwise
   */
  declare(signature: Signature, typeIndex?: number): FunctionEntry {
    this.#written.push(UNWRITTEN);
    return this.#newFunction(signature, typeIndex);
  }
  #newFunction({ params, results }: Signature, typeIndex = this.types.func(params, results)): FunctionEntry {
    const entry = { index: this.functions.length, typeIndex, params, results };
    this.functions.push(entry);
    return entry;
  }
  /** Gives a declared function its body. */
  define({ index, typeIndex, params, results }: FunctionEntry, write: (body: Body) => void): void {
    const body = new Body(this.types, { params, results });
    write(body);
    this.#written[index - this.#importedFunctions] = { typeIndex, locals: body.locals, body: body.code };
  }
  /** Declares and defines a function. */
  add(signature: Signature, write: (body: Body) => void): FunctionEntry {
    const entry = this.declare(signature);
    this.define(entry, write);
    return entry;
  }

  // --- Everything else; each returns the index -------------------------------------------------------------

  addGlobal(type: ValType, mutable: boolean, init: Expr): number {
    return this.globals.push({ type: { type, mutable }, init }) - 1;
  }
  /** @param init of every entry; null when absent */
  addTable(element: ValType, limits: Limits, init?: Expr): number {
    return this.tables.push({ type: { element, limits }, init }) - 1;
  }
  addTag(params: readonly ValType[]): number {
    return this.tags.push({ typeIndex: this.types.func(params, []) }) - 1;
  }
  /** Types of the values that exceptions of a tag carry. */
  payload(tag: number): readonly ValType[] {
    return (this.types.at(this.tags[tag]!.typeIndex).composite as FuncType).params;
  }
  addMemory(limits: Limits): number {
    return this.memories.push({ limits }) - 1;
  }
  addElement(type: ValType, items: readonly Expr[], mode: ElementMode): number {
    return this.elements.push({ type, items, mode }) - 1;
  }
  addData(bytes: Uint8Array, mode: DataMode): number {
    return this.datas.push({ bytes, mode }) - 1;
  }
  export(name: string, kind: ExternKind, index: number): void {
    this.#exports.push({ name, kind, index });
  }

  /** What the module is by now. Functions that bodies refer to are declared in a segment. */
  build(): Module {
    const declared = functionsReferredTo(this.#written);
    const elements = [...this.elements];
    if (declared.length > 0) {
      const items = declared.map((func): Expr => [{ op: Op['ref.func'], func }]);
      elements.push({ type: refType(HeapType.func, false), items, mode: { kind: 'declarative' } });
    }
    return {
      recGroups: this.types.groups,
      imports: this.#imports,
      functions: this.#written,
      tables: this.tables.slice(this.#importedTables),
      memories: this.memories,
      tags: this.tags.slice(this.#importedTags),
      globals: this.globals.slice(this.#importedGlobals),
      exports: this.#exports,
      start: this.start,
      elements,
      datas: this.datas,
      customs: [],
    };
  }
}

function functionsReferredTo(functions: readonly Func[]): readonly number[] {
  const found = new Set<number>();
  const note = (instruction: Instruction): void => {
    if (instruction.op === Op['ref.func']) found.add(instruction.func);
  };
  for (const { body } of functions) body.forEach(note);
  return [...found].sort((a, b) => a - b);
}
