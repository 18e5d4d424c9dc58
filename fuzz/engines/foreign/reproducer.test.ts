import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { encode } from '#wasm/binary/encode.ts';
import { parse } from '#wasm/text/parse.ts';
import { closeProgram } from '../closed/close.ts';
import { nullEngine } from '../interpreter.ts';
import { UNAUDITED } from '../panel.ts';
import type { About } from './about.ts';
import type { Comparison } from './comparison.ts';
import { discover } from './discover.ts';
import type { ForeignSpec } from './foreign-engine.ts';
import { reproducer } from './reproducer.ts';
import { smokeProgram } from './smoke.ts';

const folder = mkdtempSync(join(tmpdir(), 'gctwin-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const closed = closeProgram(smokeProgram());
const { outcomes } = nullEngine(UNAUDITED).run(closed.program);

function specOf(name: string, more: Partial<ForeignSpec> = {}): ForeignSpec {
  return { name, family: name.split(':')[0]!, path: `/usr/bin/${name}`, version: '99.0', flags: [], ...more };
}
function comparing(...subjects: readonly (string | ForeignSpec)[]): Comparison {
  return { subjects: subjects.map((subject) => (typeof subject === 'string' ? specOf(subject) : subject)), references: ['null'] };
}
function script(about: Partial<About>): string {
  return reproducer('wast', closed, outcomes, { file: 'reproducer.wast', story: ['a story'], ...about });
}

/** What stands as binary, as bytes. */
function binariesIn(text: string): readonly Uint8Array[] {
  return [...text.matchAll(/^\(module \$c\d\w+ binary "([^"]*)"/gm)].map(([, escaped]) => new Uint8Array(Buffer.from(escaped!.replaceAll('\\', ''), 'hex')));
}
/** What stands as a comment and begins with a module, as it was before it became one. */
function commentsIn(text: string): readonly string[] {
  return [...text.matchAll(/^;; \(module\n(?:;;.*\n)*;; \)\n/gm)].map(([lines]) => lines.replaceAll(/^;; ?/gm, ''));
}

describe('a script', () => {
  const instantiated = closed.program.steps.flatMap((step) => (step.kind === 'instantiate' ? [encode(closed.program.modules[step.module]!.module)] : []));

  it.each([[['binaryen-opt:o1']], [['wabt']], [['wabt-interp']], [['wasmtime:drc', 'wabt']]])('gives %j the bytes that gctwin gives them, with their text', (names) => {
    const text = script({ engines: comparing(...names) });
    expect(binariesIn(text)).toEqual(instantiated);
    expect(commentsIn(text).map((module) => encode(parse(module)))).toEqual(instantiated);
  });

  it('names modules in their bytes for the shell of binaryen, which forgets other names', () => {
    for (const [i, bytes] of binariesIn(script({ engines: comparing('v8', 'binaryen') })).entries()) {
      expect(bytes.subarray(0, instantiated[i]!.length)).toEqual(instantiated[i]);
      expect(Buffer.from(bytes.subarray(instantiated[i]!.length)).toString('latin1')).toContain(`name\0\u0005\u0004c0m`);
    }
  });

  it('is text for Wasmtime, but for what is about validity, and where no engines are named', () => {
    for (const about of [{ engines: comparing('wasmtime:drc', 'v8') }, { isAboutValidity: true }, {}]) {
      const text = script(about);
      expect(binariesIn(text)).toEqual([]);
      expect(text.match(/^\(module \$c0m\d+$/gm)).toHaveLength(instantiated.length);
    }
    expect(binariesIn(script({ engines: comparing('wasmtime:drc'), isAboutValidity: true }))).toEqual(instantiated);
  });

  it('has a function that collects where there is one, and says so where there is none', () => {
    expect(script({ engines: comparing('wasmtime:drc') })).toMatch(/^\(module \$gc \(import "wasmtime" "gc"/m);
    expect(script({ engines: comparing('wasmtime:drc', 'binaryen') })).toMatch(/^\(module \$gc \(import "wasmtime" "gc"/m);
    expect(script({})).toMatch(/^\(module \$gc \(import "wasmtime" "gc"/m);
    expect(script({ engines: comparing('v8', 'binaryen') })).toMatch(/^;; .*there is nothing that collects/m);
    expect(script({ engines: comparing('v8', 'binaryen') })).toMatch(/^\(module \$gc \(func \(export "gc"\)\)\)/m);
  });

  it('runs in the shell of binaryen', async () => {
    const binaryen = await discover('binaryen', new Map());
    const file = join(folder, 'reproducer.wast');
    const run = (text: string) => {
      writeFileSync(file, text);
      return spawnSync(process.execPath, [binaryen.path, file], { encoding: 'utf8' });
    };
    const text = script({ engines: comparing(binaryen) });
    expect(run(text)).toMatchObject({ status: 0, stderr: expect.stringContaining('all checks passed') });
    expect(run(text.replace(/(?<=^\(assert_return .*\(i32\.const )\d+\)\)$/m, '99))')).status).not.toBe(0);
  });
});
