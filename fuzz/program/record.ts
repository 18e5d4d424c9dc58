/**
 * Programs as JSON, with their modules beside it as bytes (docs/formats.md): the one place that knows how a Program looks in a file,
 * whether it is a corpus entry, a finding or a row of a database. Reading checks everything, for files are edited and databases old.
 */
import type { JsonObject, Read } from '#util/json.ts';
import { JsonError, flag, integer, list, member, memberPlace, object, optional, parseJson, record, text, variant, wideInteger, word } from '#util/json.ts';
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import { DecodeError, ParseError } from '#wasm/errors.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { Argument, CollectionSchedule, CollectorKnobs, Program, ProgramLimits, Step } from './program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from './program.ts';

/** A Program in plain JSON; of its modules only the names. Wide numbers are decimal strings. */
export interface ProgramRecord extends JsonObject {
  readonly modules: readonly string[];
  readonly steps: readonly JsonObject[];
  readonly schedule: CollectionSchedule;
  readonly collector: CollectorKnobs;
  readonly limits: ProgramLimits;
}

/** A Program in one text and the bytes of its modules. */
export interface PackedProgram {
  readonly record: string;
  /** Binary modules, in the Program's order. */
  readonly modules: readonly Uint8Array[];
}

// --- Writing -----------------------------------------------------------------------------------------------

function argumentRecord(argument: Argument): JsonObject {
  switch (argument.kind) {
    case 'i64':
      return { ...argument, value: String(argument.value) };
    case 'f64':
      return { ...argument, bits: String(argument.bits) };
    default:
      return argument;
  }
}

function stepRecord(step: Step): JsonObject {
  switch (step.kind) {
    case 'call':
      return { ...step, args: step.args.map(argumentRecord) };
    case 'setGlobal':
    case 'setTable':
    case 'growTable':
      return { ...step, value: argumentRecord(step.value) };
    default:
      return step;
  }
}

export function programRecord({ modules, steps, schedule, collector, limits }: Program): ProgramRecord {
  return { modules: modules.map(({ name }) => name), steps: steps.map(stepRecord), schedule, collector, limits };
}

export function packProgram(program: Program): PackedProgram {
  return { record: JSON.stringify(programRecord(program)), modules: program.modules.map(({ module }) => encode(module)) };
}

// --- Reading -----------------------------------------------------------------------------------------------

const MAX_INT32 = 2 ** 31 - 1;
const MAX_UINT32 = 2 ** 32 - 1;
/** References are signed 32-bit byte offsets. */
const MAX_HEAP_BYTES = 2 ** 30;

const uint32 = integer(0, MAX_UINT32);
/** A number that counts something a run does; 0 is never. */
const period = integer(0, MAX_INT32);
const heapBytes = integer(0, MAX_HEAP_BYTES);

const readArgument: Read<Argument> = variant<Argument>({
  i32: { value: integer(-(2 ** 31), MAX_INT32) },
  i64: { value: wideInteger(-(2n ** 63n), 2n ** 63n - 1n) },
  f32: { bits: uint32 },
  f64: { bits: wideInteger(0n, 2n ** 64n - 1n) },
  null: {},
  i31: { value: integer(-(2 ** 30), 2 ** 30 - 1) },
  host: { number: uint32 },
  kept: { slot: uint32 },
});

const target = { module: uint32, export: text };
const readStep: Read<Step> = variant<Step>({
  instantiate: { module: uint32 },
  drop: { module: uint32 },
  call: { ...target, args: list(readArgument), keep: optional(uint32) },
  release: { slot: uint32 },
  setGlobal: { ...target, value: readArgument },
  setTable: { ...target, index: uint32, value: readArgument },
  growTable: { ...target, by: uint32, value: readArgument },
  collect: {},
  renew: {},
});

const readSchedule = record<CollectionSchedule>(
  { zeal: period, allocZeal: period, atEntry: flag, atSafePoints: list(integer(1, MAX_INT32)) },
  NO_COLLECTIONS,
);
const readKnobs = record<CollectorKnobs>(
  {
    drops: word(['immediate', 'deferred']),
    poison: flag,
    oasrThreshold: integer(1, MAX_INT32),
    initialHeapBytes: heapBytes,
    maxHeapBytes: heapBytes,
    heapGrowthStep: integer(1, MAX_HEAP_BYTES),
  },
  DEFAULT_KNOBS,
);
const readLimits = record<ProgramLimits>({ fuel: integer(1, MAX_INT32), callDepth: integer(1, 1_000_000) }, DEFAULT_PROGRAM_LIMITS);

/** Gives the module with that name and position in the Program. */
export type LoadModule = (name: string, position: number) => Module;

/**
 * Reads a Program from an object that may have other members. `schedule`, `collector`, `limits` and their members may be absent,
 * which means the defaults.
 * @param load may throw DecodeError or ParseError; whatever else it throws passes through
 * @param place of `json` in the text it comes from
 * @throws {JsonError} naming the place, also when a module cannot be read
 */
export function readProgramRecord(json: unknown, load: LoadModule, place = ''): Program {
  const program = object(json, place);
  const read = <T>(key: keyof Program, of: Read<T>): T => of(member(program, key), memberPlace(place, key));
  const readOr = <T>(key: keyof Program, of: Read<T>, absent: T): T => (member(program, key) === undefined ? absent : read(key, of));
  const names = read('modules', list(text));
  return {
    modules: names.map((name, i) => ({ name, module: loadModule(load, name, i, `${memberPlace(place, 'modules')}[${i}]`) })),
    steps: read('steps', list(readStep)),
    schedule: readOr('schedule', readSchedule, NO_COLLECTIONS),
    collector: readOr('collector', readKnobs, DEFAULT_KNOBS),
    limits: readOr('limits', readLimits, DEFAULT_PROGRAM_LIMITS),
  };
}

function loadModule(load: LoadModule, name: string, position: number, place: string): Module {
  try {
    return load(name, position);
  } catch (error) {
    if (!(error instanceof DecodeError || error instanceof ParseError)) throw error;
    throw new JsonError(place, `the name of a module that can be read: ${error.message}`, { cause: error });
  }
}

/** Decodes modules by position. A missing one is refused as an empty binary is. */
export function moduleLoader(modules: readonly Uint8Array[]): LoadModule {
  return (_, position) => decode(modules[position] ?? new Uint8Array());
}

/**
 * @param packed as `packProgram` gives it
 * @throws {JsonError} naming the place that is wrong
 */
export function unpackProgram({ record, modules }: PackedProgram): Program {
  return readProgramRecord(parseJson(record), moduleLoader(modules));
}
