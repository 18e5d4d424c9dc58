/** Repair of the host's steps: each names something that is there, and passes values that may fit. */
import { mapShared, withShared } from '#util/map-shared.ts';
import type { ExternKind, Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { FuncType, GlobalType, HeapType as Heap, SubType, TableType, ValType } from '#wasm/syntax/types.ts';
import { HeapType, ValType as V, heapTypeOf, isConcrete, isNullable, isRefType } from '#wasm/syntax/types.ts';
import type { Argument, Program, ProgramModule, Step } from '../program.ts';

const MAX_STEPS = 100;
const MAX_SLOTS = 16;
const MAX_GROWTH = 1000;
const INSTANTIATE: Step = { kind: 'instantiate', module: 0 };

/** @param modules at least one, valid */
export function repairSteps(steps: Program['steps'], modules: Program['modules']): Program['steps'] {
  const instantiated = new Set<number>();
  const repaired: Step[] = [];
  for (const step of steps.slice(0, MAX_STEPS)) {
    const fixed = repairStep(step, modules, instantiated);
    if (fixed?.kind === 'instantiate') instantiated.add(fixed.module);
    if (fixed?.kind === 'drop') instantiated.delete(fixed.module);
    if (fixed?.kind === 'renew') instantiated.clear();
    if (fixed !== undefined) repaired.push(fixed);
  }
  if (!repaired.some(({ kind }) => kind === 'instantiate')) repaired.unshift(INSTANTIATE);
  return repaired.length === steps.length && repaired.every((step, i) => step === steps[i]) ? steps : repaired;
}

function repairStep(step: Step, modules: readonly ProgramModule[], instantiated: ReadonlySet<number>): Step | undefined {
  switch (step.kind) {
    case 'collect':
    case 'renew':
      return step;
    case 'release':
      return withShared(step, { slot: step.slot % MAX_SLOTS });
    case 'instantiate':
      return withShared(step, { module: step.module % modules.length });
    case 'drop': {
      const module = step.module % modules.length;
      return instantiated.has(module) ? withShared(step, { module }) : undefined;
    }
    default: {
      const module = step.module % modules.length;
      return instantiated.has(module) ? repairUse(withShared(step, { module }), new Exports(modules[module]!.module)) : undefined;
    }
  }
}

type Use = Exclude<Step, { kind: 'collect' | 'renew' | 'release' | 'instantiate' | 'drop' }>;

function repairUse(step: Use, exports: Exports): Step | undefined {
  switch (step.kind) {
    case 'call': {
      const type = exports.func(step.export);
      const args = type && repairArguments(step.args, type.params, exports);
      if (args === undefined) return undefined;
      const { keep } = step;
      return withShared(step, { args, ...(keep !== undefined && { keep: keep % MAX_SLOTS }) });
    }
    case 'setGlobal': {
      const type = exports.global(step.export);
      const value = type?.mutable === true ? repairArgument(step.value, type.type, exports) : undefined;
      return value && withShared(step, { value });
    }
    case 'setTable':
    case 'growTable': {
      const type = exports.table(step.export);
      const value = type && repairArgument(step.value, type.element, exports);
      if (value === undefined) return undefined;
      return step.kind === 'setTable' ? withShared(step, { value }) : withShared(step, { value, by: Math.min(step.by, MAX_GROWTH) });
    }
  }
}

function repairArguments(args: readonly Argument[], types: readonly ValType[], exports: Exports): readonly Argument[] | undefined {
  const repaired = types.map((type, i) => repairArgument(args[i], type, exports));
  if (!repaired.every((argument) => argument !== undefined)) return undefined;
  return args.length === types.length ? mapShared(args, (_, i) => repaired[i]!) : repaired;
}

/** The argument, if it may be of the type; another one otherwise; undefined when the host has none to pass. */
function repairArgument(argument: Argument | undefined, type: ValType, exports: Exports): Argument | undefined {
  if (argument !== undefined && mayFit(argument, type, exports)) return inRange(argument);
  switch (type) {
    case V.i32:
      return { kind: 'i32', value: 0 };
    case V.i64:
      return { kind: 'i64', value: 0n };
    case V.f32:
      return { kind: 'f32', bits: 0 };
    case V.f64:
      return { kind: 'f64', bits: 0n };
    case V.v128:
      return undefined;
    default:
      return CANDIDATES.find((candidate) => mayFit(candidate, type, exports));
  }
}

/** Numbers of the width that the kind has: those of numeric types wrap around, as in Wasm. */
function inRange(argument: Argument): Argument {
  switch (argument.kind) {
    case 'i32':
      return withShared(argument, { value: argument.value | 0 });
    case 'i64':
      return withShared(argument, { value: BigInt.asIntN(64, argument.value) });
    case 'f32':
      return withShared(argument, { bits: argument.bits >>> 0 });
    case 'f64':
      return withShared(argument, { bits: BigInt.asUintN(64, argument.bits) });
    case 'i31':
      return withShared(argument, { value: (argument.value << 1) >> 1 });
    default:
      return argument;
  }
}

const CANDIDATES: readonly Argument[] = [{ kind: 'null' }, { kind: 'i31', value: 0 }, { kind: 'host', number: 0 }, { kind: 'kept', slot: 0 }];

function mayFit(argument: Argument, type: ValType, exports: Exports): boolean {
  switch (argument.kind) {
    case 'i32':
      return type === V.i32;
    case 'i64':
      return type === V.i64;
    case 'f32':
      return type === V.f32;
    case 'f64':
      return type === V.f64;
  }
  if (!isRefType(type)) return false;
  const heapType = heapTypeOf(type);
  switch (argument.kind) {
    case 'null':
      return isNullable(type);
    case 'i31':
      return I31_FITS.has(heapType);
    case 'host':
      return heapType === HeapType.extern || heapType === HeapType.any;
    case 'kept':
      return argument.slot < MAX_SLOTS && !exports.isFunctionType(heapType);
  }
}
/** An externref may hold an i31. */
const I31_FITS: ReadonlySet<Heap> = new Set([HeapType.any, HeapType.eq, HeapType.i31, HeapType.extern]);

/** What a module exports, by name, with its type. */
class Exports {
  readonly #module: Module;
  readonly #types: readonly SubType[];

  constructor(module: Module) {
    this.#module = module;
    this.#types = typesOf(module);
  }

  func(name: string): FuncType | undefined {
    const found = this.#find(name, 'func', this.#module.functions);
    return found && (this.#types[found.typeIndex]!.composite as FuncType);
  }
  global(name: string): GlobalType | undefined {
    return this.#find(name, 'global', this.#module.globals.map(({ type }) => type));
  }
  table(name: string): TableType | undefined {
    return this.#find(name, 'table', this.#module.tables.map(({ type }) => type));
  }

  #find<T>(name: string, kind: ExternKind, defined: readonly T[]): T | undefined {
    const { exports, imports } = this.#module;
    const found = exports.find((entry) => entry.name === name && entry.kind === kind);
    if (found === undefined) return undefined;
    const imported = imports.flatMap(({ type }) => (type.kind === kind ? [type as unknown as T] : []));
    return imported[found.index] ?? defined[found.index - imported.length];
  }

  isFunctionType(heapType: Heap): boolean {
    if (isConcrete(heapType)) return this.#types[heapType]!.composite.kind === 'func';
    return heapType === HeapType.func || heapType === HeapType.nofunc;
  }
}
