/**
 * The validator against the official test suite: modules that must validate do, modules that must not throw a
 * `ValidationError` and nothing else. The suite's binary form is found through GCTWIN_SPEC, or beside the
 * repository; without it the tests are skipped.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decode } from '#wasm/binary/decode.ts';
import { UnsupportedError, ValidationError } from '#wasm/errors.ts';
import { validate } from '#wasm/valid/validate.ts';

const root = process.env['GCTWIN_SPEC'] ?? resolve(import.meta.dirname, '../../../shared/spec');
const folders = ['gc', 'core', 'bulk-memory', 'function-references', 'tail-call', 'exceptions', 'multi-memory'];

interface Command {
  readonly type: string;
  readonly line: number;
  readonly filename?: string;
  readonly module_type?: 'binary' | 'text';
  readonly binary_filename?: string;
}
/** Commands whose module is valid, whatever happens to it afterwards. */
const VALID = new Set(['module', 'module_definition', 'assert_unlinkable', 'assert_uninstantiable']);

/** Modules on which V8 and we differ, and why we are right. Keys are folder and file. */
const DIFFERENCES_FROM_V8 = new Map([
  ['core/table.6.wasm', 'valid; V8 refuses tables above 10,000,000 entries when it compiles'],
]);


type Verdict = 'valid' | 'invalid' | 'unsupported';

function verdictOf(bytes: Uint8Array): Verdict {
  try {
    validate(decode(bytes));
    return 'valid';
  } catch (error) {
    if (error instanceof UnsupportedError) return 'unsupported';
    if (error instanceof ValidationError) return 'invalid';
    throw error;
  }
}

/** Modules of a script as `[line, file, expected verdict]`. */
function modulesOf(folder: string, script: string): [number, string, Verdict][] {
  const { commands } = JSON.parse(readFileSync(join(root, folder, script), 'utf8')) as { commands: Command[] };
  return commands.flatMap((command): [number, string, Verdict][] => {
    const file = command.module_type === 'text' ? command.binary_filename : command.filename;
    if (file === undefined) return [];
    if (VALID.has(command.type)) return [[command.line, file, 'valid']];
    return command.type === 'assert_invalid' ? [[command.line, file, 'invalid']] : [];
  });
}

if (!existsSync(root)) console.warn(`skipped: no test suite at ${root}; set GCTWIN_SPEC`);

describe.skipIf(!existsSync(root))('the official test suite', () => {
  it.each(folders)('%s: every verdict is as expected', (folder) => {
    const failures: string[] = [];
    let judged = 0;
    for (const script of readdirSync(join(root, folder)).filter((name) => name.endsWith('.json'))) {
      for (const [line, file, expected] of modulesOf(folder, script)) {
        const bytes = readFileSync(join(root, folder, file));
        const verdict = verdictOf(bytes);
        if (verdict === 'unsupported') continue;
        judged++;
        if (verdict !== expected) failures.push(`${script}:${line} ${file} is ${expected}, found ${verdict}`);
        const v8 = WebAssembly.validate(bytes) ? 'valid' : 'invalid';
        const known = DIFFERENCES_FROM_V8.has(`${folder}/${file}`);
        if ((verdict !== v8) !== known) failures.push(`${script}:${line} ${file} is ${v8} to V8`);
      }
    }
    expect(failures).toEqual([]);
    expect(judged).toBeGreaterThan(20);
  });
});
