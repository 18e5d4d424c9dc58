/**
 * The steps of instantiation (spec: Execution / Modules / Instantiation): imports, then globals, passive segments, tables,
 * active segments, memories, the start function. What was done to imported tables, memories and globals
 * before a trap stays done. There is a safe point after each step.
 */
import type { ValType } from '#wasm/syntax/types.ts';
import type { GlobalInstance } from './cells.ts';
import { ElementInstance } from './cells.ts';
import type { CompiledFunction, CompiledModule } from './compile/compiled.ts';
import { WasmFunction } from './function.ts';
import type { Extern } from './instance.ts';
import { Instance } from './instance.ts';
import { EMPTY_DATA } from './interpreter/memory-ops.ts';
import { call } from './invoke.ts';
import { Trap } from './outcome.ts';
import type { Store } from './store.ts';

export class Instantiator {
  protected readonly store: Store;
  protected readonly compiled: CompiledModule;
  protected readonly instance: Instance;
  /** Whether anyone but the instance itself may know it. */
  #known = false;

  constructor(store: Store, compiled: CompiledModule) {
    this.store = store;
    this.compiled = compiled;
    this.instance = new Instance(compiled, store.instances++);
  }

  run(externs: readonly Extern[]): Instance {
    this.#import(externs);
    this.#defineFunctions();
    this.#define();
    const store = this.store;
    store.hostOperation = 'global initialiser';
    this.#initGlobals();
    store.hostOperation = 'passive element segment';
    this.#initPassiveElements();
    store.hostOperation = 'table initialiser';
    this.#initTables();
    this.#export();
    // From here on, tables of others may hold its functions.
    this.#known = true;
    store.hostOperation = 'active element segment';
    this.#initActiveElements();
    store.hostOperation = 'data segment';
    this.#initDatas();
    store.hostOperation = 'start';
    const { start } = this.compiled.module;
    if (start !== undefined) call(this.store, this.instance.functions[start]!, []);
    this.store.safePoint();
    return this.instance;
  }

  #import(externs: readonly Extern[]): void {
    const { functions, tables, memories, globals, tags } = this.instance;
    for (const extern of externs) {
      if (extern.kind === 'func') functions.push(extern);
      else if (extern.kind === 'table') tables.push(extern);
      else if (extern.kind === 'memory') memories.push(extern);
      else if (extern.kind === 'global') globals.push(extern);
      else tags.push(extern);
    }
  }

  #defineFunctions(): void {
    const { context, functions } = this.compiled;
    for (let index = context.imported.func; index < functions.length; index++) {
      const typeId = context.functionTypeIds[index]!;
      const fn = this.store.addFunction(
        (address) => new WasmFunction(address, typeId, this.instance, functions[index]!),
      );
      this.instance.functions.push(fn);
    }
  }

  /** Everything else that the module defines, with zero or null in it. */
  #define(): void {
    const { context } = this.compiled;
    const { imported } = context;
    const { tables, memories, globals, tags, elements } = this.instance;
    for (const type of context.tables.slice(imported.table)) tables.push(this.store.newTable(type));
    for (const type of context.memories.slice(imported.memory)) memories.push(this.store.newMemory(type));
    for (const type of context.globals.slice(imported.global)) globals.push(this.store.newGlobal(type));
    for (const typeId of context.tagTypeIds.slice(imported.tag)) tags.push(this.store.newTag(typeId));
    this.compiled.module.elements.forEach(({ mode, items }, i) => {
      const passive = mode.kind === 'passive';
      const type = context.elementTypes[i]!;
      elements.push(passive ? this.store.newElements(type, items.length) : new ElementInstance('func', 0));
    });
    for (const { mode, bytes } of this.compiled.module.datas) {
      this.instance.datas.push(mode.kind === 'passive' ? bytes : EMPTY_DATA);
    }
  }

  #evaluate(expression: CompiledFunction): number {
    const store = this.store;
    const { hostOperation } = store;
    store.hostOperation = 'constant expression';
    const at = store.constants.evaluate(this.instance, expression);
    store.done('constant expression');
    store.hostOperation = hostOperation;
    return at;
  }
  #evaluateI32(expression: CompiledFunction): number {
    return this.store.stack.i32[this.#evaluate(expression)]! >>> 0;
  }

  #initGlobals(): void {
    this.compiled.globals.forEach((expression, index) => {
      if (expression === undefined) return;
      const at = this.#evaluate(expression);
      this.initGlobal(this.instance.globals[index]!, at);
      this.store.safePoint();
    });
  }
  /** Gives a global its first value, which lies in the stack from word `at` on. */
  protected initGlobal({ cells, slot }: GlobalInstance, at: number): void {
    const { heap, stack } = this.store;
    if (slot === 'ref') heap.initBarrier(cells, 0, stack.i32[at]!);
    else cells.set(stack.i32.subarray(at, at + (slot === 'w128' ? 4 : 2)));
  }

  #initPassiveElements(): void {
    const { stack } = this.store;
    this.compiled.module.elements.forEach(({ mode }, index) => {
      if (mode.kind !== 'passive') return;
      const segment = this.instance.elements[index]!;
      const type = this.compiled.context.elementTypes[index]!;
      this.compiled.elements[index]!.forEach((item, i) => {
        this.initElement(segment, i, stack.i32[this.#evaluate(item)]!, type);
        this.store.done('passive element segment');
      });
      this.store.safePoint();
    });
  }
  /** Gives an entry of a passive segment its value. @param _type of the segment */
  protected initElement({ slot, cells }: ElementInstance, index: number, value: number, _type: ValType): void {
    if (slot === 'ref') this.store.heap.initBarrier(cells, index, value);
    else cells[index] = value;
  }

  #initTables(): void {
    const { heap, stack } = this.store;
    this.compiled.tables.forEach((expression, index) => {
      if (expression === undefined) return;
      const value = stack.i32[this.#evaluate(expression)]!;
      const { cells, length, slot } = this.instance.tables[index]!;
      this.store.charge(length);
      if (slot === 'ref') for (let i = 0; i < length; i++) heap.initBarrier(cells, i, value);
      else cells.fill(value, 0, length);
      this.store.safePoint();
    });
  }

  #initActiveElements(): void {
    this.compiled.module.elements.forEach(({ mode }, index) => {
      if (mode.kind !== 'active') return;
      this.#initActiveElement(mode.table, this.compiled.elementOffsets[index]!, this.compiled.elements[index]!);
      this.store.safePoint();
    });
  }
  #initActiveElement(tableIndex: number, offset: CompiledFunction, items: readonly CompiledFunction[]): void {
    const { heap, stack } = this.store;
    const table = this.instance.tables[tableIndex]!;
    const first = this.#evaluateI32(offset);
    if (first + items.length > table.length) throw new Trap('outOfBoundsTableAccess');
    items.forEach((item, i) => {
      const value = stack.i32[this.#evaluate(item)]!;
      if (table.slot === 'ref') heap.writeBarrier(table.cells, first + i, value);
      else table.cells[first + i] = value;
      this.store.done('active element segment');
    });
  }

  #initDatas(): void {
    this.compiled.module.datas.forEach(({ mode, bytes }, index) => {
      if (mode.kind !== 'active') return;
      const memory = this.instance.memories[mode.memory]!;
      const offset = this.#evaluateI32(this.compiled.dataOffsets[index]!);
      if (offset + bytes.length > memory.bytes.length) throw new Trap('outOfBoundsMemoryAccess');
      memory.bytes.set(bytes, offset);
      this.store.safePoint();
    });
  }

  /**
   * Takes back what a failed instance has, unless someone else may know it. Only then can it go: others go with the store, for functions
   * of theirs may be anywhere.
   */
  giveUp(): void {
    if (this.#known) return;
    this.store.hostOperation = 'failed instance';
    const { imported } = this.compiled.context;
    const { globals, tables, elements } = this.instance;
    for (const global of globals.slice(imported.global)) this.store.discardGlobal(global);
    for (const table of tables.slice(imported.table)) this.store.discardTable(table);
    for (const segment of elements) this.store.discardElements(segment);
    this.store.done('failed instance');
  }

  #export(): void {
    const { functions, tables, memories, globals, tags, exports } = this.instance;
    const spaces = { func: functions, table: tables, memory: memories, global: globals, tag: tags };
    for (const { name, kind, index } of this.compiled.module.exports) exports.set(name, spaces[kind][index]!);
  }
}
