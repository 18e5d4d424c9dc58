/** `gctwin conformance` as a process, on a script of a few commands. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from 'watr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const launcher = fileURLToPath(new URL('../../scripts/gctwin.js', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-conformance-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(...args: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, 'conformance', ...args], (error, out, err) => {
      resolve({ status: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** A script that calls a function returning 1 and expects `expected`. */
function writeScript(name: string, expected: number): void {
  mkdirSync(join(folder, 'gc'), { recursive: true });
  writeFileSync(join(folder, 'gc', 'one.wasm'), compile('(module (func (export "one") (result i32) (i32.const 1)))'));
  const action = { type: 'invoke', field: 'one', args: [] };
  const commands = [
    { type: 'module', line: 1, filename: 'one.wasm', module_type: 'binary' },
    { type: 'assert_return', line: 5, action, expected: [{ type: 'i32', value: String(expected) }] },
  ];
  writeFileSync(join(folder, 'gc', name), JSON.stringify({ source_filename: 'one.wast', commands }));
}

function lastLine(out: string): unknown {
  return JSON.parse(out.trimEnd().split('\n').at(-1)!);
}

describe('gctwin conformance', () => {
  it('runs a folder on each collector', async () => {
    writeScript('one.json', 1);
    writeFileSync(join(folder, 'index.json'), '{"scripts":[]}');
    const { status, out, err } = await run(folder, '--json');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const tally = { passed: 2, failed: 0, excluded: [], textOnly: 0 };
    expect(lastLine(out)).toMatchObject({
      ...tally,
      runs: [{ collector: 'null', ...tally }, { collector: 'drc', ...tally }, { collector: 'drc', ...tally }],
      differences: [],
    });
  });

  it('ends with status 1 and the place of each failure', async () => {
    writeScript('one.json', 1);
    writeScript('two.json', 2);
    const { status, out } = await run(folder);
    expect(status).toBe(1);
    expect(out).toContain('gc/two.json:5 assert_return: expected i32 2; got i32 1\n');
    expect((await run(folder, '--filter', 'one')).status).toBe(0);
  });

  it('makes one run with the options that are given', async () => {
    writeScript('one.json', 1);
    const { out } = await run(folder, '--json', '--collector', 'drc', '--zeal', '1', '--drops', 'immediate');
    expect(lastLine(out)).toMatchObject({ passed: 2, runs: [{ collector: 'drc' }] });
  });

  it.each([
    ['a folder that is not there', () => 'missing', /cannot read .*missing: it does not exist\.\n$/],
    ['a folder without scripts', () => '.', /holds no scripts\.\n$/],
    [
      'JSON that only looks like a script',
      () => {
        writeFileSync(join(folder, 'bad.json'), '{"source_filename":"a","commands":[{"type":"module"}]}');
        return '.';
      },
      /bad\.json: script\.commands\[0\]\.filename is not a string\.\n$/,
    ],
    [
      'a file that is no JSON',
      () => {
        writeFileSync(join(folder, 'bad.json'), '{');
        return 'bad.json';
      },
      /bad\.json: .*JSON.*\.\n$/,
    ],
  ])('refuses %s with one sentence', async (_, prepare, sentence) => {
    const { status, out, err } = await run(join(folder, prepare()));
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(sentence);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});
