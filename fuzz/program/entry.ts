/** Corpus entries: Programs kept in folders, with what they should do and why they are kept (docs/formats.md). */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { JsonObject, Read } from '#util/json.ts';
import { JsonError, flag, integer, list, member, object, parseJson, text, wideInteger } from '#util/json.ts';
import { readModule } from '#wasm/read.ts';
import type { Program } from './program.ts';
import { readProgramRecord } from './record.ts';

export const ENTRY_FORMAT = 1;
export const ENTRY_FILE = 'entry.json';

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
  /** Slug of the planted bug that the entry must catch. */
  readonly fault?: string;
  /** What is expected is known not to happen yet. */
  readonly open: boolean;
}

const KEYS = 'format title origin story fault open modules files steps schedule collector limits expected'.split(' ');

/**
 * Reads a corpus entry.
 * @throws {EntryError} naming the file and what is wrong in it; errors of the file system pass
 */
export function readEntry(folder: string): CorpusEntry {
  const path = join(folder, ENTRY_FILE);
  try {
    const json = object(parseJson(readFileSync(path, 'utf8')), '');
    const read = <T>(key: string, of: Read<T>): T => of(member(json, key), key);
    const readOr = <T>(key: string, of: Read<T>, absent: T): T => (member(json, key) === undefined ? absent : read(key, of));
    read('format', integer(ENTRY_FORMAT, ENTRY_FORMAT));
    for (const key of Object.keys(json)) if (!KEYS.includes(key)) throw new JsonError(key, `one of ${KEYS.join(', ')}`);
    const files = readOr<readonly string[]>('files', list(text), []);
    const fault = readOr<string | undefined>('fault', text, undefined);
    return {
      name: basename(folder),
      title: read('title', text),
      origin: read('origin', text),
      story: read('story', text),
      expected: read('expected', list(readOutcome)),
      ...(fault === undefined ? {} : { fault }),
      open: readOr('open', flag, false),
      program: readProgramRecord(json, (name, position) => readModule(readModuleFile(folder, files[position] ?? name))),
    };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new EntryError(`${path}: ${error.message}`, { cause: error });
  }
}

const readOutcome: Read<JsonObject> = (value, place) => {
  const json = object(value, place);
  const values = member(json, 'values');
  return values === undefined ? json : { ...json, values: list(readValue)(values, `${place}.values`) };
};

/** Wide numbers are strings in JSON and bigints here. */
const readValue: Read<JsonObject> = (value, place) => {
  const json = object(value, place);
  const wide = (key: string, read: Read<bigint>): JsonObject => ({ ...json, [key]: read(member(json, key), `${place}.${key}`) });
  switch (member(json, 'kind')) {
    case 'i64':
      return wide('value', wideInteger(-(2n ** 63n), 2n ** 63n - 1n));
    case 'f64':
      return wide('bits', wideInteger(0n, 2n ** 64n - 1n));
    case 'v128':
      return wide('bits', wideInteger(0n, 2n ** 128n - 1n));
    default:
      return json;
  }
};

function readModuleFile(folder: string, name: string): Uint8Array {
  if (basename(name) !== name) throw new EntryError(`${folder}: ${JSON.stringify(name)} is no name of a module file`);
  const binary = join(folder, `${name}.wasm`);
  const path = existsSync(binary) ? binary : join(folder, `${name}.wat`);
  if (!existsSync(path)) throw new EntryError(`${folder} has no ${name}.wasm or ${name}.wat`);
  return readFileSync(path);
}
