/**
 * A driver is a module that does with an instance what the host of a Program would do: each step is an exported function without
 * parameters whose results are numbers.
 */
import type { Argument, Step } from '#fuzz/program/program.ts';
import type { Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Export, ExternType, Func, Import, Module } from '#wasm/syntax/module.ts';
import { EMPTY_MODULE, typesOf } from '#wasm/syntax/module.ts';
import type { FuncType, HeapType as HeapTypeCode, RecGroup, ValType as ValTypeCode } from '#wasm/syntax/types.ts';
import { HeapType, ValType, heapTypeOf, isConcrete, isNullable, isRefType } from '#wasm/syntax/types.ts';
import { topOf } from '#wasm/valid/heap-hierarchy.ts';
import { exportType, funcTypeAt } from './externs.ts';
import { CLOSED_HOST, callbackEntry } from './host-module.ts';

const { i32, i64, f32, f64, v128, anyref, externref, funcref } = ValType;

/** Steps that act on an instance. */
export type DrivenStep = Extract<Step, { kind: 'call' | 'setGlobal' | 'setTable' | 'growTable' }>;

/** Names of a driver's exports say which step of the Program they are. */
export function stepExport(step: number): string {
  return `step ${step}`;
}

/** The value cannot be made, or not of this type: the step is left out. */
class Unfit {}

type Body = Instruction[];

export interface DriverOptions {
  /** The module that is driven. */
  readonly target: Module;
  /** Under which it is imported. */
  readonly name: string;
  /** Dense numbers of the slots that Programs keep values in. */
  readonly slotOf: (slot: number) => number;
  /** Whether the host knows GC types. */
  readonly gc: boolean;
}

export class Driver {
  readonly #target: Module;
  readonly #name: string;
  readonly #slotOf: DriverOptions['slotOf'];
  readonly #gc: boolean;
  readonly #types: RecGroup[];
  #typeCount: number;
  readonly #funcTypes = new Map<string, number>();
  readonly #imports: Import[] = [];
  readonly #importIndex = new Map<string, number>();
  readonly #counts = { func: 0, table: 0, memory: 0, global: 0, tag: 0 };
  /** Functions call imports, whose number is not known before all steps are there: calls are made at the end. */
  readonly #functions: Func[] = [];
  readonly #exports: Export[] = [];
  readonly #callbacks: { readonly entry: number; readonly wrapper: number }[] = [];
  #usesMemory = false;

  constructor({ target, name, slotOf, gc }: DriverOptions) {
    this.#target = target;
    this.#name = name;
    this.#slotOf = slotOf;
    this.#gc = gc;
    this.#types = [...target.recGroups];
    this.#typeCount = typesOf(target).length;
  }

  get isIdle(): boolean {
    return this.#functions.length === 0;
  }

  /** @returns whether there is anything to do: an export of that name and kind that takes such values */
  add(step: DrivenStep, position: number): boolean {
    try {
      const func = this.#functionOf(step);
      this.#exports.push({ name: stepExport(position), kind: 'func', index: this.#functions.push(func) - 1 });
      return true;
    } catch (unfit) {
      if (unfit instanceof Unfit) return false;
      throw unfit;
    }
  }

  /** Lets the host call back the functions `cb` and `churn` that the module exports. */
  registerCallbacks(position: number): void {
    for (const [i, name] of ['cb', 'churn'].entries()) {
      const type = this.#exportedFunction(name);
      if (type === undefined || type.params.length > 0) continue;
      const body: Body = [{ op: Op.call, func: this.#import(name, 'func') }, ...type.results.map((): Instruction => ({ op: Op.drop }))];
      const wrapper = this.#functions.push({ typeIndex: this.#funcType([], []), locals: [], body }) - 1;
      this.#callbacks.push({ entry: callbackEntry(position) + i, wrapper });
    }
  }

  module(): Module {
    if (this.#callbacks.length > 0) this.#hostTable('callbacks', funcref);
    const first = this.#counts.func;
    return {
      ...EMPTY_MODULE,
      recGroups: this.#types,
      imports: this.#imports,
      functions: this.#functions,
      memories: this.#usesMemory ? [{ limits: { min: 1, max: 1 } }] : [],
      exports: this.#exports.map((entry) => ({ ...entry, index: first + entry.index })),
      elements: this.#callbacks.map(({ entry, wrapper }) => ({
        type: funcref,
        items: [[{ op: Op['ref.func'], func: first + wrapper }]],
        mode: { kind: 'active', table: this.#hostTable('callbacks', funcref), offset: [{ op: Op['i32.const'], value: entry }] },
      })),
    };
  }

  // --- Types and imports -------------------------------------------------------------------------------

  #funcType(params: readonly ValTypeCode[], results: readonly ValTypeCode[]): number {
    const key = `${params.join()}:${results.join()}`;
    let index = this.#funcTypes.get(key);
    if (index === undefined) {
      this.#types.push([{ final: true, supertypes: [], composite: { kind: 'func', params, results } }]);
      this.#funcTypes.set(key, (index = this.#typeCount++));
    }
    return index;
  }

  #addImport(module: string, name: string, type: ExternType): number {
    const key = JSON.stringify([module, name, type.kind]);
    let index = this.#importIndex.get(key);
    if (index === undefined) {
      this.#imports.push({ module, name, type });
      this.#importIndex.set(key, (index = this.#counts[type.kind]++));
    }
    return index;
  }
  /** @throws Unfit */
  #import(name: string, kind: ExternType['kind']): number {
    return this.#addImport(this.#name, name, this.#exported(name, kind));
  }
  #hostFunction(name: string, params: readonly ValTypeCode[], results: readonly ValTypeCode[]): Instruction {
    return { op: Op.call, func: this.#addImport(CLOSED_HOST, name, { kind: 'func', typeIndex: this.#funcType(params, results) }) };
  }
  #hostTable(name: string, element: ValTypeCode): number {
    return this.#addImport(CLOSED_HOST, name, { kind: 'table', element, limits: { min: 0, max: undefined } });
  }

  /** @throws Unfit */
  #exported<K extends ExternType['kind']>(name: string, kind: K): Extract<ExternType, { kind: K }> {
    const type = exportType(this.#target, name);
    if (type?.kind !== kind) throw new Unfit();
    return type as Extract<ExternType, { kind: K }>;
  }
  #exportedFunction(name: string): FuncType | undefined {
    const type = exportType(this.#target, name);
    return type?.kind === 'func' ? funcTypeAt(this.#target, type.typeIndex) : undefined;
  }

  // --- Steps -------------------------------------------------------------------------------------------

  /** @throws Unfit */
  #functionOf(step: DrivenStep): Func {
    switch (step.kind) {
      case 'call':
        return this.#call(step);
      case 'setGlobal': {
        const { type, mutable } = this.#exported(step.export, 'global');
        if (!mutable) throw new Unfit();
        return this.#nullary([], [...this.#value(step.value, type), { op: Op['global.set'], global: this.#import(step.export, 'global') }]);
      }
      case 'setTable': {
        const { element } = this.#exported(step.export, 'table');
        const value = this.#value(step.value, element);
        const table = this.#import(step.export, 'table');
        return this.#nullary([], [{ op: Op['i32.const'], value: step.index | 0 }, ...value, { op: Op['table.set'], table }]);
      }
      case 'growTable': {
        const { element } = this.#exported(step.export, 'table');
        const value = this.#value(step.value, element);
        const table = this.#import(step.export, 'table');
        return this.#nullary([i32], [...value, { op: Op['i32.const'], value: step.by | 0 }, { op: Op['table.grow'], table }]);
      }
    }
  }
  #nullary(results: readonly ValTypeCode[], body: Body, locals: readonly ValTypeCode[] = []): Func {
    return { typeIndex: this.#funcType([], results), locals, body };
  }

  #call({ export: name, args, keep }: Extract<Step, { kind: 'call' }>): Func {
    const type = this.#exportedFunction(name);
    if (type === undefined || args.length !== type.params.length) throw new Unfit();
    const values = args.flatMap((argument, i) => this.#value(argument, type.params[i]!));
    const body: Body = [...values, { op: Op.call, func: this.#import(name, 'func') }];
    for (const local of [...type.results.keys()].reverse()) body.push({ op: Op['local.set'], local });
    if (keep !== undefined) body.push(...this.#keep(this.#slotOf(keep), type.results[0]));
    const shown = type.results.map((result, local) => this.#show(result, local));
    body.push(...shown.flatMap((one) => one.body));
    return this.#nullary(shown.flatMap((one) => one.types), body, type.results);
  }

  /** Locals that hold the results come first, so the first result is local 0. */
  #keep(slot: number, type: ValTypeCode | undefined): Body {
    const at: Instruction = { op: Op['i32.const'], value: slot };
    const set = (name: 'kept' | 'keptFunctions', element: ValTypeCode, value: Body): Body => [
      at,
      ...value,
      { op: Op['table.set'], table: this.#hostTable(name, element) },
    ];
    const none = (heapType: HeapTypeCode): Body => [{ op: Op['ref.null'], heapType }];
    const first: Instruction = { op: Op['local.get'], local: 0 };
    const top = type === undefined || !isRefType(type) ? undefined : this.#top(type);
    const object = top === HeapType.any ? [first, { op: Op['extern.convert_any'] } as const] : top === HeapType.extern ? [first] : none(HeapType.extern);
    return [
      ...set('kept', externref, object),
      ...set('keptFunctions', funcref, top === HeapType.func ? [first] : none(HeapType.func)),
    ];
  }

  // --- Values ------------------------------------------------------------------------------------------

  #top(type: ValTypeCode): HeapTypeCode {
    const heapType = heapTypeOf(type);
    if (!isConcrete(heapType)) return topOf(heapType);
    return typesOf(this.#target)[heapType]?.composite.kind === 'func' ? HeapType.func : HeapType.any;
  }

  /** Leaves a value of a type. @throws Unfit */
  #value(argument: Argument, type: ValTypeCode): Body {
    switch (argument.kind) {
      case 'i32':
        return fitting(type === i32, [{ op: Op['i32.const'], value: argument.value }]);
      case 'i64':
        return fitting(type === i64, [{ op: Op['i64.const'], value: argument.value }]);
      case 'f32':
        return fitting(type === f32, [{ op: Op['f32.const'], bits: argument.bits }]);
      case 'f64':
        return fitting(type === f64, [{ op: Op['f64.const'], bits: argument.bits }]);
      case 'null':
        return fitting(isRefType(type) && isNullable(type), [{ op: Op['ref.null'], heapType: heapTypeOf(type) }]);
      case 'i31': {
        const heapType = isRefType(type) ? heapTypeOf(type) : undefined;
        const takes = heapType === HeapType.any || heapType === HeapType.eq || heapType === HeapType.i31;
        return fitting(takes, [{ op: Op['i32.const'], value: argument.value }, { op: Op['ref.i31'] }]);
      }
      case 'host': {
        const object: Body = [{ op: Op['i32.const'], value: argument.number | 0 }, this.#hostFunction('object', [i32], [externref])];
        if (type === externref) return object;
        return fitting(type === anyref, [...object, { op: Op['any.convert_extern'] }]);
      }
      case 'kept':
        return this.#kept(this.#slotOf(argument.slot), type);
    }
  }
  #kept(slot: number, type: ValTypeCode): Body {
    if (!isRefType(type)) throw new Unfit();
    const heapType = heapTypeOf(type);
    const get = (name: 'kept' | 'keptFunctions', element: ValTypeCode): Body => [
      { op: Op['i32.const'], value: slot },
      { op: Op['table.get'], table: this.#hostTable(name, element) },
    ];
    const cast: Instruction = { op: isNullable(type) ? Op['ref.cast null'] : Op['ref.cast'], heapType };
    const getAs = (name: 'kept' | 'keptFunctions', element: ValTypeCode): Body => (type === element ? get(name, element) : [...get(name, element), cast]);
    switch (this.#top(type)) {
      case HeapType.any:
        return [...get('kept', externref), { op: Op['any.convert_extern'] }, cast];
      case HeapType.extern:
        return getAs('kept', externref);
      case HeapType.func:
        return getAs('keptFunctions', funcref);
      default:
        throw new Unfit();
    }
  }

  /** Turns the value of a local into numbers. NaNs become the canonical one. */
  #show(type: ValTypeCode, local: number): { readonly types: readonly ValTypeCode[]; readonly body: Body } {
    const get: Instruction = { op: Op['local.get'], local };
    switch (type) {
      case i32:
      case i64:
        return { types: [type], body: [get] };
      case f32:
        return {
          types: [i32],
          body: [{ op: Op['i32.const'], value: 0x7fc0_0000 }, get, { op: Op['i32.reinterpret_f32'] }, get, get, { op: Op['f32.ne'] }, { op: Op.select }],
        };
      case f64:
        return {
          types: [i64],
          body: [
            { op: Op['i64.const'], value: 0x7ff8_0000_0000_0000n },
            get,
            { op: Op['i64.reinterpret_f64'] },
            get,
            get,
            { op: Op['f64.ne'] },
            { op: Op.select },
          ],
        };
      case v128:
        return { types: [i64, i64], body: this.#showVector(get) };
      default:
        return { types: [i32], body: this.#showReference(type, get) };
    }
  }
  #showVector(get: Instruction): Body {
    this.#usesMemory = true;
    const at = (offset: number) => ({ align: 0, offset, memory: 0 });
    const address: Instruction = { op: Op['i32.const'], value: 0 };
    return [address, get, { op: Op['v128.store'], ...at(0) }, address, { op: Op['i64.load'], ...at(0) }, address, { op: Op['i64.load'], ...at(8) }];
  }
  #showReference(type: ValTypeCode, get: Instruction): Body {
    const show = (): Instruction => this.#hostFunction('show', [anyref], [i32]);
    switch (this.#top(type)) {
      case HeapType.any:
        return [get, show()];
      case HeapType.extern:
        return this.#gc ? [get, { op: Op['any.convert_extern'] }, show()] : [get, { op: Op['ref.is_null'] }];
      default:
        return [get, { op: Op['ref.is_null'] }];
    }
  }
}

function fitting(fits: boolean, body: Body): Body {
  if (!fits) throw new Unfit();
  return body;
}
