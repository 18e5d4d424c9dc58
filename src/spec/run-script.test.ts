import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from 'watr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModuleFiles } from './module-files.ts';
import { runScript } from './run-script.ts';
import { readScript } from './script.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

/** Text of the modules that the scripts below load, by file name. */
const MODULES = {
  'one.wasm': `(module
    (type $s (struct (field i32)))
    (global (export "seven") i32 (i32.const 7))
    (func (export "one") (result i32) (i32.const 1))
    (func (export "echo") (param externref) (result externref) (local.get 0))
    (func (export "struct") (result eqref) (struct.new $s (i32.const 5)))
    (func (export "trap") unreachable)
    (func $deep (export "deep") (call $deep)))`,
  'importer.wasm': `(module (func $one (import "lib" "one") (result i32)) (func (export "two") (result i32)
    (i32.add (call $one) (call $one))))`,
  'unlinkable.wasm': `(module (func (import "lib" "nothing")))`,
  'spectest.wasm': `(module (global $g (import "spectest" "global_i32") i32) (memory (import "spectest" "memory") 1)
    (table (import "spectest" "table") 10 funcref) (func (import "spectest" "print_i32") (param i32))
    (func (export "get") (result i32) (global.get $g)))`,
  'throws.wasm': `(module (tag $t) (func (export "throw") (throw $t)))`,
  'uninstantiable.wasm': `(module (func $f unreachable) (start $f))`,
  'invalid.wasm': `(module (func (result i32)))`,
  'simd.wasm': `(module (func (export "one") (result i32)
    (i32x4.extract_lane 0 (i32x4.add (v128.const i32x4 1 1 1 1) (v128.const i32x4 1 1 1 1)))))`,
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-spec-'));
  for (const [name, text] of Object.entries(MODULES)) writeFileSync(join(folder, name), compile(text));
  writeFileSync(join(folder, 'malformed.wasm'), Uint8Array.of(0, 0x61, 0x73, 0x6d, 9));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Results of the commands, on each of the default settings, which must agree. */
function run(...commands: readonly object[]) {
  const script = readScript({
    source_filename: 'a.wast',
    commands: commands.map((command, i) => ({ line: i + 1, ...command })),
  });
  const files = new ModuleFiles(folder);
  const [first, ...others] = DEFAULT_SETTINGS.map((setting) => runScript(script, files, setting).results);
  for (const other of others) expect(other).toEqual(first);
  return first!;
}
function module(filename: string, name?: string): object {
  return { type: 'module', filename, ...(name === undefined ? {} : { name }) };
}
function invoke(field: string, ...args: readonly object[]): object {
  return { type: 'invoke', field, args };
}
function returns(action: object, ...expected: readonly object[]): object {
  return { type: 'assert_return', action, expected };
}
const i32 = (value: number): object => ({ type: 'i32', value: String(value) });

describe('runScript', () => {
  it('passes what is as the script says', () => {
    const host = { type: 'externref', value: '3' };
    const results = run(
      module('one.wasm'),
      returns(invoke('one'), i32(1)),
      returns({ type: 'get', field: 'seven' }, i32(7)),
      returns(invoke('echo', host), host),
      returns(invoke('echo', { type: 'externref', value: 'null' }), { type: 'refnull' }),
      returns(invoke('struct'), { type: 'structref' }),
      { type: 'assert_trap', action: invoke('trap'), text: 'unreachable' },
      { type: 'assert_exhaustion', action: invoke('deep'), text: 'call stack exhausted' },
      { type: 'register', as: 'lib' },
      module('importer.wasm', '$importer'),
      returns(invoke('two'), i32(2)),
      { type: 'assert_unlinkable', filename: 'unlinkable.wasm', text: 'unknown import' },
      { type: 'assert_uninstantiable', filename: 'uninstantiable.wasm', text: 'unreachable' },
      { type: 'assert_invalid', filename: 'invalid.wasm', text: 'type mismatch' },
      { type: 'assert_malformed', filename: 'malformed.wasm', text: 'unknown binary version' },
      module('throws.wasm'),
      { type: 'assert_exception', action: invoke('throw') },
      module('spectest.wasm'),
      returns(invoke('get'), i32(666)),
    );
    expect(results.filter((result) => result.verdict !== 'passed')).toEqual([]);
  });

  it('collects where the setting says so', () => {
    const script = readScript({
      source_filename: 'a.wast',
      commands: [{ line: 1, ...module('one.wasm') }, { line: 2, ...returns(invoke('struct'), { type: 'structref' }) }],
    });
    const runs = DEFAULT_SETTINGS.map((setting) => runScript(script, new ModuleFiles(folder), setting).collections);
    expect(runs).toEqual([0, 0, expect.any(Number)]);
    expect(runs[2]).toBeGreaterThan(2);
  });

  it('fails what is not, and says what was observed', () => {
    const results = run(
      module('one.wasm'),
      returns(invoke('one'), i32(2)),
      returns(invoke('trap')),
      { type: 'assert_trap', action: invoke('one'), text: 'unreachable' },
      { type: 'assert_trap', action: invoke('trap'), text: 'cast failure' },
      { type: 'assert_invalid', filename: 'one.wasm', text: 'type mismatch' },
      { type: 'action', action: invoke('nothing') },
    );
    const failed = (expected: string, observed: string): object => ({ verdict: 'failed', expected, observed });
    expect(results).toEqual([
      { verdict: 'passed', observed: 'an instance' },
      failed('i32 2', 'i32 1'),
      failed('nothing', 'trap unreachable'),
      failed('trap: unreachable', 'i32 1'),
      failed('trap: cast failure', 'trap unreachable'),
      failed('invalid: type mismatch', 'it was accepted'),
      failed(`an exported function 'nothing'`, 'there is none'),
    ]);
  });

  it('tells malformed from invalid', () => {
    expect(
      run(
        { type: 'assert_invalid', filename: 'malformed.wasm', text: 'x' },
        { type: 'assert_malformed', filename: 'invalid.wasm', text: 'x' },
      ),
    ).toMatchObject([{ verdict: 'failed', observed: expect.stringMatching(/^DecodeError: /) }, { verdict: 'failed', observed: 'it was accepted' }]);
  });

  it('excludes what is not supported and all that depends on it', () => {
    const results = run(
      module('simd.wasm'),
      returns(invoke('one'), i32(2)),
      { type: 'register', as: 'lib' },
      module('importer.wasm'),
      returns(invoke('two'), i32(4)),
      { type: 'wait', thread: '$t' },
    );
    expect(results).toMatchObject([
      { verdict: 'excluded', reason: expect.stringMatching(/^simd at offset \d+$/) },
      { verdict: 'excluded', reason: expect.stringMatching(/^needs the module of line 1: simd at offset/) },
      { verdict: 'passed' },
      { verdict: 'excluded', reason: expect.stringMatching(/^needs the module of line 1: simd at offset/) },
      { verdict: 'excluded', reason: expect.stringMatching(/^needs the module of line 4: needs the module of line 1: simd/) },
      { verdict: 'excluded', reason: 'unknown command wait' },
    ]);
  });

  it('counts what is about the text format apart', () => {
    const quoted = { filename: 'a.wat', module_type: 'text' };
    expect(run({ type: 'assert_malformed', ...quoted, text: 'unexpected token' }, { type: 'module', ...quoted })).toEqual([
      { verdict: 'textOnly' },
      { verdict: 'excluded', reason: 'the module is there as text only' },
    ]);
  });
});
