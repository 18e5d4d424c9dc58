import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Command } from '#spec/script.ts';
import { encode } from '#wasm/binary/encode.ts';
import { parse } from '#wasm/text/parse.ts';
import { explainSmoke } from './explanations.ts';
import type { SmokeColumn } from './smoke-suite.ts';
import { runSmoke, smokeTable } from './smoke-suite.ts';
import { scriptProgram } from './vectors.ts';

const folder = mkdtempSync(join(tmpdir(), 'gctwin-smoke-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
function file(name: string, text: string): { form: 'binary'; filename: string } {
  writeFileSync(join(folder, name), encode(parse(text)));
  return { form: 'binary', filename: name };
}

const LIBRARY = '(module (import "spectest" "print" (func)) (global (export "g") i32 (i32.const 5)) (func (export "double") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))';
const USER = '(module (import "env" "double" (func $f (param i32) (result i32))) (func (export "run") (result i32) (call $f (i32.const 4))))';

/** A library that is called what Programs call their host, and a module that uses it. */
function script(): readonly Command[] {
  const invoke = { type: 'invoke', module: undefined, field: 'run', args: [] } as const;
  const double = { type: 'invoke', module: '$lib', field: 'double', args: [{ kind: 'number', type: 'i32', bits: 0xffffffffn }] } as const;
  const commands = [
    { type: 'module', name: '$lib', file: file('lib.wasm', LIBRARY) },
    { type: 'register', name: undefined, as: 'env' },
    { type: 'module', name: undefined, file: file('user.wasm', USER) },
    { type: 'assert_return', action: invoke, expected: [] },
    { type: 'assert_invalid', file: file('invalid.wasm', '(module (func (result i32)))'), text: 'type mismatch' },
    { type: 'assert_return', action: double, expected: [] },
    { type: 'assert_return', action: invoke, expected: [] },
    { type: 'assert_exhaustion', action: invoke, text: '' },
  ] as const;
  return commands.map((command, line) => ({ ...command, line }));
}

describe('scriptProgram', () => {
  it('makes modules and calls of commands, in their order', () => {
    const { modules, steps } = scriptProgram({ source: 'x.wast', commands: script() }, folder);
    expect(modules.map(({ name }) => name)).toEqual(['spectest', 'script:env', 'script:1', 'script:2']);
    expect(steps).toEqual([
      { kind: 'instantiate', module: 0 },
      { kind: 'instantiate', module: 1 },
      { kind: 'instantiate', module: 2 },
      { kind: 'call', module: 2, export: 'run', args: [] },
      { kind: 'instantiate', module: 3 },
      { kind: 'call', module: 1, export: 'double', args: [{ kind: 'i32', value: -1 }] },
      { kind: 'call', module: 2, export: 'run', args: [] },
    ]);
  });
});

describe('runSmoke', () => {
  it('passes what an engine does as our own runtime does', async () => {
    const program = scriptProgram({ source: 'x.wast', commands: script() }, folder);
    const { results } = await runSmoke('drc', [{ id: 'one', program }, { id: 'two', program }]);
    expect(results).toEqual([{ kind: 'passed', told: '' }, { kind: 'passed', told: '' }]);
  });
});

describe('smokeTable', () => {
  const program = scriptProgram({ source: 'x.wast', commands: [] }, folder);
  const scripts = ['a', 'regressions/bump-pointer-wraps'].map((id) => ({ id, program }));
  const differs = { kind: 'differs', told: 'drc returned 1' } as const;
  const columns: readonly SmokeColumn[] = (['drc', 'null'] as const).map((engine) => ({ engine, results: [engine === 'drc' ? differs : { kind: 'passed', told: '' }, { kind: 'inconclusive', told: 'null: heap' }] }));

  it('has a row for each script, and tells each reason once', () => {
    const table = smokeTable(scripts, columns);
    expect(table).toContain('| a | ✗ | ✓ |');
    expect(table).toContain('| A | ✗ * returned 1 | a | not explained yet |');
    expect(table.filter((line) => line.startsWith('| A B |'))).toEqual([expect.stringContaining(explainSmoke('drc', scripts[1]!.id, columns[0]!.results[1]!))]);
  });
});
