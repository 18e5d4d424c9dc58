/** Corpus entries: Programs kept in folders, with what they should do and why they are kept (docs/formats.md). */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readModule } from '#wasm/read.ts';
import type { Program } from './program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from './program.ts';

export const ENTRY_FORMAT = 1;

/** A folder is no corpus entry. */
export class EntryError extends Error {
  override readonly name = 'EntryError';
}

export interface CorpusEntry {
  /** Name of the folder. */
  readonly name: string;
  readonly title: string;
  readonly origin: string;
  readonly story: string;
  readonly program: Program;
  /** One outcome per step, as observations have them. */
  readonly expected: readonly unknown[];
}

/**
 * Reads a corpus entry.
 * @throws {EntryError} when `entry.json` is not as it should be
 * @throws {DecodeError} or ParseError when a module cannot be read
 */
export function readEntry(folder: string): CorpusEntry {
  const path = join(folder, 'entry.json');
  const json = parseJson(path);
  const wants = (key: string, isRight: (value: unknown) => boolean): unknown => {
    if (!isRight(json[key])) throw new EntryError(`${path}: ${key} is missing or wrong`);
    return json[key];
  };
  wants('format', (value) => value === ENTRY_FORMAT);
  const string = (key: string): string => wants(key, (value) => typeof value === 'string') as string;
  const list = (key: string): unknown[] => wants(key, Array.isArray) as unknown[];
  const object = (key: string): object => wants(key, (value) => value === undefined || isObject(value)) ?? {};
  return {
    name: basename(folder),
    title: string('title'),
    origin: string('origin'),
    story: string('story'),
    expected: list('expected'),
    program: {
      modules: list('modules').map((name) => ({ name: String(name), module: readModule(readModuleFile(folder, String(name))) })),
      steps: list('steps') as Program['steps'],
      schedule: { ...NO_COLLECTIONS, ...object('schedule') },
      collector: { ...DEFAULT_KNOBS, ...object('collector') },
      limits: { ...DEFAULT_PROGRAM_LIMITS, ...object('limits') },
    },
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(path: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'), reviveWide);
  } catch (error) {
    throw new EntryError(`${path}: ${(error as Error).message}`, { cause: error });
  }
  if (!isObject(json)) throw new EntryError(`${path} holds no object`);
  return json;
}

/** Wide numbers are strings in JSON and bigints here. */
function reviveWide(_: string, value: unknown): unknown {
  if (!isObject(value)) return value;
  if (value['kind'] === 'i64') return { ...value, value: BigInt(String(value['value'])) };
  if (value['kind'] === 'f64' || value['kind'] === 'v128') return { ...value, bits: BigInt(String(value['bits'])) };
  return value;
}

function readModuleFile(folder: string, name: string): Uint8Array {
  if (basename(name) !== name) throw new EntryError(`${folder}: ${JSON.stringify(name)} is no name of a module file`);
  const binary = join(folder, `${name}.wasm`);
  const path = existsSync(binary) ? binary : join(folder, `${name}.wat`);
  if (!existsSync(path)) throw new EntryError(`${folder} has no ${name}.wasm or ${name}.wat`);
  return readFileSync(path);
}
