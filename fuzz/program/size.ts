/**
 * The order in which Programs are small: by what a reader of the module has to read, then by what the host does, then by
 * numbers. It is total up to Programs that differ in nothing a reader would notice, and each of its parts is a
 * non-negative integer, so there is no endless descent.
 */
import { encode } from '#wasm/binary/encode.ts';
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { TypeMap } from '#wasm/syntax/map-types.ts';
import { mapFuncTypes, mapTypes } from '#wasm/syntax/map-types.ts';
import type { DataSegment, ElementSegment, Func, Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import { countInstructions } from '#wasm/syntax/size.ts';
import type { Limits, StorageType, ValType as ValueType } from '#wasm/syntax/types.ts';
import { HeapType, ValType, heapTypeOf, isConcrete, isNullable, isRefType } from '#wasm/syntax/types.ts';
import type { Argument, CollectionSchedule, CollectorKnobs, Program, ProgramLimits, Step } from './program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS } from './program.ts';

/** Compared from left to right: instructions, types, bytes, weight of the types named, steps, arguments, schedule, knobs, constants. */
export type ProgramSize = readonly number[];

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** What stands for itself is plainer than a variable that has to be looked up. */
const VARIABLE = 1;
/** A call is plainer. */
const TAIL_CALL = 1;
/** Beyond this, integers are equally far from zero: sums of them stay exact. */
const FAR = 2 ** 32;

function constantWeight(instruction: Instruction): number {
  switch (instruction.op) {
    case Op['i32.const']:
      return Math.abs(instruction.value);
    case Op['i64.const']:
      return Math.min(FAR, Math.abs(Number(instruction.value)));
    case Op['f32.const']:
      return instruction.bits === 0 ? 0 : 1;
    case Op['f64.const']:
    case Op['v128.const']:
      return instruction.bits === 0n ? 0 : 1;
    case Op.return_call:
    case Op.return_call_ref:
    case Op.return_call_indirect:
      return TAIL_CALL;
    case Op['local.get']:
    case Op['global.get']:
      return VARIABLE;
    default:
      return 0;
  }
}
function constantsIn(expr: Expr): number {
  return sum(expr, constantWeight);
}
function limitsWeight({ min, max }: Limits): number {
  return min + (max ?? 0);
}
function constantsOf({ functions, globals, tables, memories, elements, datas }: Module): number {
  const offset = ({ mode }: ElementSegment | DataSegment): number => (mode.kind === 'active' ? constantsIn(mode.offset) : 0);
  return (
    sum(functions, ({ body }) => constantsIn(body)) +
    sum(globals, ({ init }) => constantsIn(init)) +
    sum(tables, ({ type, init }) => limitsWeight(type.limits) + constantsIn(init ?? [])) +
    sum(memories, ({ limits }) => limitsWeight(limits)) +
    sum(elements, (segment) => offset(segment) + sum(segment.items, constantsIn)) +
    sum(datas, (segment) => offset(segment) + sum([...segment.bytes], (byte) => (byte === 0 ? 0 : 1)))
  );
}

/** Those that are above all others of their kind. */
const TOPS: ReadonlySet<HeapType> = new Set([HeapType.any, HeapType.extern, HeapType.func, HeapType.exn]);

function heapTypeWeight(heapType: HeapType): number {
  if (isConcrete(heapType)) return 4;
  return TOPS.has(heapType) ? 0 : 2;
}

/** How little a type says: a plain integer least, a reference to a defined type that cannot be null most. */
export function typeWeight(type: StorageType): number {
  if (!isRefType(type)) return type === ValType.i32 ? 0 : 1;
  const reference = type as ValueType;
  return 2 + heapTypeWeight(heapTypeOf(reference)) + (isNullable(reference) ? 0 : 1);
}

/** Of functions, most of which are the same in many modules. */
const funcWeights = new WeakMap<Func, number>();

function weigh(mapAll: (map: TypeMap) => void): number {
  let weight = 0;
  mapAll((type) => ((weight += typeWeight(type)), type));
  return weight;
}
function funcTypesWeight(func: Func): number {
  let weight = funcWeights.get(func);
  if (weight === undefined) {
    weight = weigh((map) => mapFuncTypes(func, map));
    funcWeights.set(func, weight);
  }
  return weight;
}
function typesWeight(module: Module): number {
  const variables = sum(typesOf(module), ({ composite }) => {
    if (composite.kind === 'struct') return sum(composite.fields, ({ mutable }) => (mutable ? 1 : 0));
    return composite.kind === 'array' && composite.element.mutable ? 1 : 0;
  });
  const globals = sum(module.globals, ({ type }) => (type.mutable ? 1 : 0));
  return variables + globals + weigh((map) => mapTypes({ ...module, functions: [] }, map)) + sum(module.functions, funcTypesWeight);
}

function argumentWeight(argument: Argument): number {
  switch (argument.kind) {
    case 'null':
      return 0;
    case 'i32':
    case 'i31':
      return 1 + Math.abs(argument.value);
    case 'i64':
      return 1 + Math.min(FAR, Math.abs(Number(argument.value)));
    case 'f32':
      return argument.bits === 0 ? 1 : 2;
    case 'f64':
      return argument.bits === 0n ? 1 : 2;
    case 'host':
      return 2 + argument.number;
    case 'kept':
      return 2 + argument.slot;
  }
}
function stepWeight(step: Step): number {
  switch (step.kind) {
    case 'call':
      return sum(step.args, argumentWeight) + (step.keep === undefined ? 0 : 1 + step.keep);
    case 'release':
      return step.slot;
    case 'setGlobal':
      return argumentWeight(step.value);
    case 'setTable':
      return step.index + argumentWeight(step.value);
    case 'growTable':
      return step.by + argumentWeight(step.value);
    default:
      return 0;
  }
}
function scheduleWeight({ zeal, allocZeal, atEntry, atSafePoints }: CollectionSchedule): number {
  return (atEntry ? 1 : 0) + sum([zeal, allocZeal], (n) => (n === 0 ? 0 : n + 1)) + sum(atSafePoints, (point) => point + 1);
}
function knobsWeight(knobs: CollectorKnobs): number {
  return sum(Object.keys(DEFAULT_KNOBS) as (keyof CollectorKnobs)[], (key) => (knobs[key] === DEFAULT_KNOBS[key] ? 0 : 1));
}
function programLimitsWeight({ fuel, callDepth }: ProgramLimits): number {
  return (fuel === DEFAULT_PROGRAM_LIMITS.fuel ? 0 : 1) + (callDepth === DEFAULT_PROGRAM_LIMITS.callDepth ? 0 : 1);
}

function encoded({ modules }: Program): readonly Uint8Array[] {
  return modules.map(({ module }) => encode(module));
}
/** Bytes of all modules in our own encoding. */
export function bytesOf(program: Program): number {
  return sum(encoded(program), ({ length }) => length);
}
export function instructionsOf({ modules }: Program): number {
  return sum(modules, ({ module }) => countInstructions(module));
}

/** @param binaries its modules in our own encoding, for those who have them already */
export function sizeOf(program: Program, binaries = encoded(program)): ProgramSize {
  const { modules, steps, schedule, collector, limits } = program;
  return [
    instructionsOf(program),
    sum(modules, ({ module }) => typesOf(module).length),
    sum(binaries, ({ length }) => length),
    sum(modules, ({ module }) => typesWeight(module)),
    steps.length,
    sum(steps, (step) => (step.kind === 'call' ? step.args.length : 0)),
    scheduleWeight(schedule),
    knobsWeight(collector) + programLimitsWeight(limits),
    sum(modules, ({ module }) => constantsOf(module)) + sum(steps, stepWeight),
  ];
}

/** Negative when `left` is smaller, 0 when they are equally small. */
export function compareSizes(left: ProgramSize, right: ProgramSize): number {
  for (let i = 0; i < left.length; i++) {
    const difference = left[i]! - right[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
