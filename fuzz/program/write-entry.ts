/** Writes a corpus entry as a folder, for people to read: text where text says it all, and nothing that is as by default. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JsonObject } from '#util/json.ts';
import { encode } from '#wasm/binary/encode.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { parse } from '#wasm/text/parse.ts';
import { print } from '#wasm/text/print.ts';
import type { CorpusEntry } from './entry.ts';
import { ENTRY_FILE, ENTRY_FORMAT, EntryError } from './entry.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from './program.ts';
import { programRecord } from './record.ts';

/** Members that are not as by default; undefined when there are none. */
function changes<T extends object>(value: T, defaults: T): Partial<T> | undefined {
  const changed = (Object.entries(value) as [keyof T, unknown][]).filter(([key, one]) => JSON.stringify(one) !== JSON.stringify(defaults[key]));
  return changed.length === 0 ? undefined : (Object.fromEntries(changed) as Partial<T>);
}

const FILE_NAME = /^[A-Za-z0-9][\w-]*$/;

/** The names of the modules, or others where these cannot name files or are not unique. */
function fileNames(names: readonly string[]): readonly string[] {
  const areNames = names.every((name) => FILE_NAME.test(name)) && new Set(names.map((name) => name.toLowerCase())).size === names.length;
  return areNames ? names : names.map((_, i) => (i === 0 ? 'module' : `module-${i}`));
}

function entryRecord({ title, origin, story, fault, open, program, expected }: CorpusEntry, files: readonly string[]): JsonObject {
  const { modules, steps, schedule, collector, limits } = programRecord(program);
  return {
    format: ENTRY_FORMAT,
    title,
    origin,
    story,
    fault,
    open: open || undefined,
    modules,
    files: files.every((file, i) => file === modules[i]) ? undefined : files,
    steps,
    schedule: changes(schedule, NO_COLLECTIONS),
    collector: changes(collector, DEFAULT_KNOBS),
    limits: changes(limits, DEFAULT_PROGRAM_LIMITS),
    expected,
  };
}

/** In one line, with spaces. Wide numbers become strings, as readers of entries want them. */
function inline(value: unknown): string {
  if (typeof value === 'bigint') return JSON.stringify(String(value));
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, one]) => one !== undefined);
  return members.length === 0 ? '{}' : `{ ${members.map(([key, one]) => `${JSON.stringify(key)}: ${inline(one)}`).join(', ')} }`;
}
/** A line for each member, and for each of several objects in a list. */
function entryJson(record: JsonObject): string {
  const isLong = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 1 && typeof value[0] === 'object';
  const lines = Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const text = isLong(value) ? `[\n${value.map((one) => `    ${inline(one)}`).join(',\n')}\n  ]` : inline(value);
      return `  ${JSON.stringify(key)}: ${text}`;
    });
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** Text if it comes back as the same bytes, or else besides the bytes. Custom sections say nothing to an engine and are left out. */
function writeModule(folder: string, name: string, withCustoms: Module): void {
  const module = { ...withCustoms, customs: [] };
  const text = print(module);
  writeFileSync(join(folder, `${name}.wat`), text);
  const bytes = encode(module);
  if (!Buffer.from(bytes).equals(encodedText(text))) writeFileSync(join(folder, `${name}.wasm`), bytes);
}
function encodedText(text: string): Uint8Array {
  try {
    return encode(parse(text));
  } catch {
    return new Uint8Array();
  }
}

/**
 * All or nothing, and never in the place of something else.
 * @param folder of the entry; what is above it is made
 * @throws EntryError when it is there already; errors of the file system
 */
export function writeEntry(folder: string, entry: CorpusEntry): void {
  const above = dirname(folder);
  mkdirSync(above, { recursive: true });
  const fresh = mkdtempSync(join(above, '.new-'));
  try {
    // Temporary folders are private; an entry is for everyone who may read the folder around it.
    chmodSync(fresh, 0o755);
    const { modules } = entry.program;
    const files = fileNames(modules.map(({ name }) => name));
    modules.forEach(({ module }, i) => writeModule(fresh, files[i]!, module));
    writeFileSync(join(fresh, ENTRY_FILE), entryJson(entryRecord(entry, files)));
    if (existsSync(folder)) throw new EntryError(`${folder} is there already`);
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
}
