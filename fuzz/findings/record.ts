/**
 * A finding as files: `finding.json` says everything but the modules, which are binary files beside it, because their
 * bytes are the record. Reading checks every field, for the files may have been edited.
 */
import type { Failure, OracleName } from '#fuzz/oracles/verdict.ts';
import { ORACLE_NAMES, signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Argument, CollectionSchedule, CollectorKnobs, Program, ProgramLimits, Step } from '#fuzz/program/program.ts';
import type { Finding } from './finding.ts';

const FORMAT = 1;

/** A finding file is not what this version writes. */
export class FindingError extends Error {
  override readonly name = 'FindingError';
}

/** Everything of a Program but the modules' contents. */
type Frame = Omit<Program, 'modules'> & { readonly modules: readonly string[] };

function frameOf({ modules, ...rest }: Program): Frame {
  return { modules: modules.map(({ name }) => name), ...rest };
}

/** @param replay the command line that replays the finding */
export function toJson(finding: Finding, replay: string): string {
  const { program, original, failure, fault, origin, versions, shrinking } = finding;
  const record = {
    format: FORMAT,
    signature: signatureOf(failure),
    failure,
    fault: fault ?? null,
    replay,
    program: frameOf(program),
    original: frameOf(original),
    origin,
    versions,
    shrinking,
  };
  // 64-bit integers become decimal strings.
  return `${JSON.stringify(record, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value), 2)}\n`;
}

// --- Reading -----------------------------------------------------------------------------------------------

type Json = Readonly<Record<string, unknown>>;

function fail(path: string, expected: string): never {
  throw new FindingError(`${path} is not ${expected}`);
}
function object(value: unknown, path: string): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : fail(path, 'an object');
}
function list<T>(value: unknown, path: string, read: (item: unknown, path: string) => T): readonly T[] {
  return Array.isArray(value) ? value.map((item, i) => read(item, `${path}[${i}]`)) : fail(path, 'a list');
}
function text(value: unknown, path: string): string {
  return typeof value === 'string' ? value : fail(path, 'a string');
}
function integer(value: unknown, path: string): number {
  return Number.isSafeInteger(value) ? (value as number) : fail(path, 'an integer');
}
/** A knob or limit. */
function count(value: unknown, path: string): number {
  return integer(value, path) >= 0 ? (value as number) : fail(path, 'zero or more');
}
function flag(value: unknown, path: string): boolean {
  return typeof value === 'boolean' ? value : fail(path, 'true or false');
}
function word<const T extends string>(value: unknown, path: string, words: readonly T[]): T {
  return words.find((one) => one === value) ?? fail(path, `one of ${words.join(', ')}`);
}
function bigint(value: unknown, path: string): bigint {
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : fail(path, 'a decimal number in quotes');
}

function readArgument(value: unknown, path: string): Argument {
  const json = object(value, path);
  const kind = word(json['kind'], `${path}.kind`, ['i32', 'i64', 'f32', 'f64', 'null', 'i31', 'host', 'kept']);
  switch (kind) {
    case 'i32':
    case 'i31':
      return { kind, value: integer(json['value'], `${path}.value`) };
    case 'i64':
      return { kind, value: bigint(json['value'], `${path}.value`) };
    case 'f32':
      return { kind, bits: integer(json['bits'], `${path}.bits`) };
    case 'f64':
      return { kind, bits: bigint(json['bits'], `${path}.bits`) };
    case 'host':
      return { kind, number: integer(json['number'], `${path}.number`) };
    case 'kept':
      return { kind, slot: count(json['slot'], `${path}.slot`) };
    case 'null':
      return { kind };
  }
}

const STEPS: readonly Step['kind'][] = ['instantiate', 'call', 'release', 'setGlobal', 'setTable', 'growTable', 'collect'];

function readStep(value: unknown, path: string): Step {
  const json = object(value, path);
  const kind = word(json['kind'], `${path}.kind`, STEPS);
  if (kind === 'collect') return { kind };
  if (kind === 'release') return { kind, slot: count(json['slot'], `${path}.slot`) };
  const module = count(json['module'], `${path}.module`);
  if (kind === 'instantiate') return { kind, module };
  const target = { module, export: text(json['export'], `${path}.export`) };
  if (kind === 'call') {
    const keep = json['keep'] === undefined ? {} : { keep: count(json['keep'], `${path}.keep`) };
    return { kind, ...target, args: list(json['args'], `${path}.args`, readArgument), ...keep };
  }
  const given = readArgument(json['value'], `${path}.value`);
  if (kind === 'setGlobal') return { kind, ...target, value: given };
  if (kind === 'setTable') return { kind, ...target, index: count(json['index'], `${path}.index`), value: given };
  return { kind, ...target, by: count(json['by'], `${path}.by`), value: given };
}

function readSchedule(value: unknown, path: string): CollectionSchedule {
  const json = object(value, path);
  return {
    zeal: count(json['zeal'], `${path}.zeal`),
    allocZeal: count(json['allocZeal'], `${path}.allocZeal`),
    atEntry: flag(json['atEntry'], `${path}.atEntry`),
    atSafePoints: list(json['atSafePoints'], `${path}.atSafePoints`, count),
  };
}

function readKnobs(value: unknown, path: string): CollectorKnobs {
  const json = object(value, path);
  return {
    drops: word(json['drops'], `${path}.drops`, ['immediate', 'deferred']),
    poison: flag(json['poison'], `${path}.poison`),
    oasrThreshold: count(json['oasrThreshold'], `${path}.oasrThreshold`),
    initialHeapBytes: count(json['initialHeapBytes'], `${path}.initialHeapBytes`),
    maxHeapBytes: count(json['maxHeapBytes'], `${path}.maxHeapBytes`),
    heapGrowthStep: count(json['heapGrowthStep'], `${path}.heapGrowthStep`),
  };
}

function readLimits(value: unknown, path: string): ProgramLimits {
  const json = object(value, path);
  return { fuel: count(json['fuel'], `${path}.fuel`), callDepth: count(json['callDepth'], `${path}.callDepth`) };
}

function readFrame(value: unknown, path: string): Frame {
  const json = object(value, path);
  return {
    modules: list(json['modules'], `${path}.modules`, text),
    steps: list(json['steps'], `${path}.steps`, readStep),
    schedule: readSchedule(json['schedule'], `${path}.schedule`),
    collector: readKnobs(json['collector'], `${path}.collector`),
    limits: readLimits(json['limits'], `${path}.limits`),
  };
}

function readFailure(value: unknown, path: string): Failure {
  const json = object(value, path);
  return {
    oracle: word<OracleName>(json['oracle'], `${path}.oracle`, ORACLE_NAMES),
    invariant: text(json['invariant'], `${path}.invariant`),
    operation: text(json['operation'], `${path}.operation`),
    holders: list(json['holders'], `${path}.holders`, text),
    message: text(json['message'], `${path}.message`),
  };
}

/** What `finding.json` says. */
export type FindingRecord = Omit<Finding, 'program' | 'original'> & { readonly program: Frame; readonly original: Frame };

/** @throws FindingError naming the field, SyntaxError when it is no JSON */
export function fromJson(content: string): FindingRecord {
  const json = object(JSON.parse(content), 'finding');
  if (json['format'] !== FORMAT) fail('format', `${FORMAT}, the only one that this version reads`);
  const origin = object(json['origin'], 'origin');
  const versions = object(json['versions'], 'versions');
  const shrinking = object(json['shrinking'], 'shrinking');
  return {
    program: readFrame(json['program'], 'program'),
    original: readFrame(json['original'], 'original'),
    failure: readFailure(json['failure'], 'failure'),
    fault: json['fault'] === null ? undefined : text(json['fault'], 'fault'),
    origin: {
      campaignSeed: integer(origin['campaignSeed'], 'origin.campaignSeed'),
      caseNumber: integer(origin['caseNumber'], 'origin.caseNumber'),
      generator: text(origin['generator'], 'origin.generator'),
      generatorVersion: integer(origin['generatorVersion'], 'origin.generatorVersion'),
      generatorSeed: integer(origin['generatorSeed'], 'origin.generatorSeed'),
      ...(origin['parent'] === undefined ? {} : { parent: count(origin['parent'], 'origin.parent') }),
    },
    versions: { gctwin: text(versions['gctwin'], 'versions.gctwin'), node: text(versions['node'], 'versions.node') },
    shrinking: { tries: count(shrinking['tries'], 'shrinking.tries'), complete: flag(shrinking['complete'], 'shrinking.complete') },
  };
}
