/**
 * What modules of `wasm-opt -ttf` import, as modules of a Program: binaryen's own host for them is written in JavaScript
 * (scripts/fuzz_shell.js), and here it is written in WebAssembly on top of the host that all Programs have, so that every engine runs the same.
 *
 * Logging passes values on to the host, whose calls are compared. What calls back finds the module's exports in a table, which the module
 * fills when it is instantiated, and calls those without parameters and results. Other imports return zeros and nulls.
 */
import type { Body } from '#fuzz/generators/build/body.ts';
import { constI32 } from '#fuzz/generators/build/body.ts';
import type { FunctionEntry } from '#fuzz/generators/build/module-builder.ts';
import { ModuleBuilder } from '#fuzz/generators/build/module-builder.ts';
import { mapModule } from '#wasm/syntax/map-indices.ts';
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Import, Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { FuncType, ValType as ValueType } from '#wasm/syntax/types.ts';
import { HeapType, ValType, concrete, heapTypeOf, isNullable } from '#wasm/syntax/types.ts';

/** Of the module that has what calls and throws. */
export const SUPPORT = 'fuzzing-support';
/** Name of the table under which the support module exports it; no module of binaryen's uses it. */
const EXPORTS = 'gctwin-exports';
const NO_NAN = 0x7fc0_0000;
const MAX_EXPORTS = 64;
/** Functions of the host that values are handed to. */
type Logger = 'id' | 'idf' | 'mk' | 'val';

/** Imports by the module that they come from, in the order of their first mention. */
export function importsByModule(module: Module): ReadonlyMap<string, readonly Import[]> {
  return Map.groupBy(module.imports, (entry) => entry.module);
}

/**
 * Lets a module put its exported functions into the table of the support module, which has to be there first.
 * @param module that imports no table
 */
export function offeringExports(module: Module): Module {
  const shifted = mapModule(module, { table: (index) => index + 1 });
  const items = exportedFunctions(module).map((func): Expr => [{ op: Op['ref.func'], func }]);
  const type = { kind: 'table', element: ValType.funcref, limits: { min: MAX_EXPORTS, max: undefined } } as const;
  return {
    ...shifted,
    imports: [...shifted.imports, { module: SUPPORT, name: EXPORTS, type }],
    elements: [...shifted.elements, { type: ValType.funcref, items, mode: { kind: 'active', table: 0, offset: constI32(0) } }],
  };
}
function exportedFunctions({ exports }: Module): readonly number[] {
  return exports.flatMap(({ kind, index }) => (kind === 'func' ? [index] : [])).slice(0, MAX_EXPORTS);
}

/** @param importer whose types it has, so that what it exports is of the types that are asked for */
export function supportModule(importer: Module, imports: readonly Import[]): Module {
  return new Support(importer, imports).build();
}

class Support {
  readonly #module = new ModuleBuilder();
  readonly #importer: Module;
  readonly #plain: number;
  readonly #host: Readonly<Record<Logger, FunctionEntry>>;
  readonly #table: number;
  readonly #tag: number;

  constructor(importer: Module, imports: readonly Import[]) {
    this.#importer = importer;
    const module = this.#module;
    for (const group of importer.recGroups) module.types.define(group);
    module.importHost('id', 'idf', 'mk', 'val');
    this.#host = { id: module.host('id')!, idf: module.host('idf')!, mk: module.host('mk')!, val: module.host('val')! };
    this.#plain = module.types.func([], []);
    this.#table = module.addTable(ValType.funcref, { min: MAX_EXPORTS, max: undefined });
    this.#tag = module.addTag([]);
    module.export(EXPORTS, 'table', this.#table);
    for (const entry of imports) this.#offer(entry);
  }

  build(): Module {
    return this.#module.build();
  }

  #offer({ name, type }: Import): void {
    const module = this.#module;
    switch (type.kind) {
      case 'func': {
        const { params, results } = typesOf(this.#importer)[type.typeIndex]!.composite as FuncType;
        const entry = module.declare({ params, results }, type.typeIndex);
        module.define(entry, (body) => this.#write(name, body, params, results));
        module.export(name, 'func', entry.index);
        return;
      }
      case 'global':
        module.export(name, 'global', module.addGlobal(type.type, type.mutable, constantOf(type.type)));
        return;
      case 'tag':
        module.export(name, 'tag', module.tags.push({ typeIndex: type.typeIndex }) - 1);
        return;
      case 'table':
        module.export(name, 'table', module.addTable(type.element, type.limits));
        return;
      case 'memory':
        module.export(name, 'memory', module.addMemory(type.limits));
    }
  }

  // --- Functions ------------------------------------------------------------------------------------------

  #write(name: string, body: Body, params: readonly ValueType[], results: readonly ValueType[]): void {
    if (name.startsWith('log-')) for (const [local, type] of params.entries()) this.#log(body, local, type);
    else if (name === 'throw') body.emit('throw', { tag: this.#tag });
    else if (name === 'call-export' || name === 'call-export-catch') this.#call(body, name, () => this.#getEntry(body));
    else if (name === 'call-ref' || name === 'call-ref-catch') this.#call(body, name, () => body.emit('local.get', { local: 0 }));
    else if (name === 'table-get') this.#getEntry(body);
    else if (name === 'table-set') this.#setEntry(body);
    if (name !== 'table-get' && name !== 'throw' && !name.endsWith('-catch')) for (const type of results) body.code.push(...constantOf(type));
  }

  /** Hands a value over to the host. Numbers go as one i32 that depends on all their bits; NaNs count as one. */
  #log(body: Body, local: number, type: ValueType): void {
    const get = (): void => body.emit('local.get', { local });
    const call = (name: Logger): void => {
      body.emit('call', { func: this.#host[name].index });
      body.emit('drop');
    };
    const unlessNan = (equal: 'f32.eq' | 'f64.eq'): void => {
      body.i32(NO_NAN);
      get();
      get();
      body.emit(equal);
      body.emit('select');
      call('mk');
    };
    switch (type) {
      case ValType.i32:
        get();
        return call('mk');
      case ValType.i64:
        get();
        this.#foldWide(body);
        return call('mk');
      case ValType.f32:
        get();
        body.emit('i32.reinterpret_f32');
        return unlessNan('f32.eq');
      case ValType.f64:
        get();
        body.emit('i64.reinterpret_f64');
        this.#foldWide(body);
        return unlessNan('f64.eq');
    }
    const host = ({ [HeapType.any]: 'id', [HeapType.func]: 'idf', [HeapType.extern]: 'val' } as const)[heapTypeOf(type) as number];
    if (host === undefined) return;
    get();
    call(host);
  }
  /** From an i64 to an i32. */
  #foldWide(body: Body): void {
    body.emit('i64.const', { value: 0x1_0000_0001n });
    body.emit('i64.mul');
    body.emit('i64.const', { value: 32n });
    body.emit('i64.shr_u');
    body.emit('i32.wrap_i64');
  }

  /** The entry of the table that the first parameter names, whatever it is. */
  #getEntry(body: Body): void {
    this.#index(body);
    body.emit('table.get', { table: this.#table });
  }
  #setEntry(body: Body): void {
    this.#index(body);
    body.emit('local.get', { local: 1 });
    body.emit('table.set', { table: this.#table });
  }
  #index(body: Body): void {
    body.emit('local.get', { local: 0 });
    body.i32(MAX_EXPORTS - 1);
    body.emit('i32.and');
  }

  /** Calls a function that takes nothing and gives nothing, and no other. With `-catch`, the result says whether it threw. */
  #call(body: Body, name: string, get: () => void): void {
    if (!name.endsWith('-catch')) return this.#callIfPlain(body, get);
    body.block({ params: [], results: [] }, () => {
      body.tryTable({ params: [], results: [] }, [{ kind: 'catch_all', label: 0 }], () => this.#callIfPlain(body, get));
      body.i32(0);
      body.emit('return');
    });
    body.i32(1);
  }
  #callIfPlain(body: Body, get: () => void): void {
    const heapType = concrete(this.#plain);
    get();
    body.emit('ref.test', { heapType });
    body.if({ params: [], results: [] }, () => {
      get();
      body.emit('ref.cast', { heapType });
      body.emit('call_ref', { type: this.#plain });
    });
  }
}

/** A constant expression; of references that cannot be null, those to something outside and i31 alone can be had. */
function constantOf(type: ValueType): Expr {
  switch (type) {
    case ValType.i32:
      return constI32(0);
    case ValType.i64:
      return [{ op: Op['i64.const'], value: 0n }];
    case ValType.f32:
      return [{ op: Op['f32.const'], bits: 0 }];
    case ValType.f64:
      return [{ op: Op['f64.const'], bits: 0n }];
  }
  const i31: Expr = [...constI32(1), { op: Op['ref.i31'] }];
  if (heapTypeOf(type) === HeapType.extern) return [...i31, { op: Op['extern.convert_any'] }];
  return isNullable(type) ? [{ op: Op['ref.null'], heapType: heapTypeOf(type) }] : i31;
}
