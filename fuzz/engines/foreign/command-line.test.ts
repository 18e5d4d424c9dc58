import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decode } from '#wasm/binary/decode.ts';
import { parse } from '#wasm/text/parse.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { closeProgram } from '../closed/close.ts';
import { nullEngine } from '../interpreter.ts';
import { UNAUDITED } from '../panel.ts';
import type { About } from './about.ts';
import type { ChosenEngine } from './comparison.ts';
import { discover } from './discover.ts';
import type { ForeignSpec } from './foreign-engine.ts';
import type { ReproducerFormat } from './reproducer.ts';
import { reproducer } from './reproducer.ts';

const folder = mkdtempSync(join(tmpdir(), 'gctwin-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PLAIN = '(module (func (export "run") (result i32) (i32.const 5)))';
const COLLECTING = '(module (import "env" "gc" (func $gc)) (func (export "run") (result i32) (call $gc) (i32.const 5)))';
const CATCHING = '(module (tag $tag) (func (export "run") (result i32) (i32.const 5)))';
/** A host object in need of a host. */
const WITH_HOST = '(module (func (export "run") (param externref) (result i32) (ref.is_null (local.get 0))))';

function specOf(name: string, more: Partial<ForeignSpec> = {}): ForeignSpec {
  return { name, family: name.split(':')[0]!, path: `/usr/bin/${name.split(':')[0]!}`, version: '99.0', flags: [], ...more };
}

function write(format: ReproducerFormat, text: string, subjects: readonly ChosenEngine[], args: readonly { kind: 'host'; number: number }[] = []): string {
  const steps = [{ kind: 'instantiate', module: 0 }, { kind: 'call', module: 0, export: 'run', args }] as const;
  const closed = closeProgram({ modules: [{ name: 'm', module: parse(text) }], steps, schedule: NO_COLLECTIONS, collector: DEFAULT_KNOBS, limits: DEFAULT_PROGRAM_LIMITS });
  const about: About = { file: `reproducer.${format}`, story: ['a story'], engines: { subjects, references: ['null'] } };
  return reproducer(format, closed, nullEngine(UNAUDITED).run(closed.program).outcomes, about);
}

/** Those in the comment on top, for all engines together. */
function commandsIn(text: string): readonly string[] {
  const [head = ''] = text.split(/^(?:;; )?\(module|^const /m);
  return [...head.matchAll(/^(?:;;|\/\/) {3}(.*)$/gm)].map(([, command]) => command!);
}

/** Pastes what stands on top of a script into a shell. */
function paste(text: string, commands: readonly string[] = commandsIn(text)) {
  writeFileSync(join(folder, 'reproducer.wast'), text);
  return spawnSync('/bin/sh', ['-ec', commands.join('\n')], { cwd: folder, encoding: 'utf8' });
}

describe.skipIf(process.platform === 'win32')('the command line', () => {
  const drc = specOf('wasmtime:drc', { flags: ['-W', 'gc=y'] });

  it('runs a script in Wasmtime with what the script needs', () => {
    expect(commandsIn(write('wast', PLAIN, [drc]))).toEqual(['/usr/bin/wasmtime wast -W gc=y reproducer.wast']);
    expect(commandsIn(write('wast', COLLECTING, [drc]))).toEqual(['/usr/bin/wasmtime wast -W gc=y --wasmtime-builtins reproducer.wast']);
    expect(commandsIn(write('wast', CATCHING, [drc]))).toEqual(['/usr/bin/wasmtime wast -W gc=y -W exceptions=y reproducer.wast']);
  });

  it('knows of a Wasmtime that has no function that collects', () => {
    const older = { ...drc, version: '44.0.1' };
    const alone = write('wast', COLLECTING, [older]);
    expect(commandsIn(alone)).toEqual(['/usr/bin/wasmtime wast -W gc=y reproducer.wast']);
    expect(alone).toMatch(/^\(module \$gc \(type \$s/m);
    const both = commandsIn(write('wast', COLLECTING, [drc, older]));
    expect(both).toEqual([expect.stringContaining('--wasmtime-builtins'), expect.stringMatching(/^sed .* > adapted-reproducer\.wast$/), '/usr/bin/wasmtime wast -W gc=y adapted-reproducer.wast']);
  });

  it('is quoted where a shell would read it otherwise', () => {
    expect(commandsIn(write('wast', PLAIN, [{ ...drc, path: "/opt/it's mine/wasmtime" }]))).toEqual([String.raw`'/opt/it'\''s mine/wasmtime' wast -W gc=y reproducer.wast`]);
  });

  it('gives JavaScript engines their flags and variables', () => {
    const deno = specOf('v8:liftoff', { path: '/usr/bin/deno', flags: ['run', '--v8-flags=--expose-gc,--liftoff-only'], environment: { DENO_NO_UPDATE_CHECK: '1' } });
    const jsc = specOf('jsc:interpreter', { environment: { JSC_useOMGJIT: '0', JSC_useBBQJIT: '0' } });
    expect(commandsIn(write('js', PLAIN, [deno, jsc, drc]))).toEqual([
      'DENO_NO_UPDATE_CHECK=1 /usr/bin/deno run --v8-flags=--expose-gc,--liftoff-only reproducer.js',
      'JSC_useOMGJIT=0 JSC_useBBQJIT=0 /usr/bin/jsc reproducer.js',
    ]);
  });

  it('is there for none that reads no script', () => {
    expect(commandsIn(write('wast', PLAIN, [specOf('wabt'), specOf('wabt-interp'), specOf('v8')]))).toEqual([]);
  });

  it('runs the shell of binaryen by Node where Node is what it wants', async () => {
    const npm = await discover('binaryen', new Map());
    expect(commandsIn(write('wast', PLAIN, [npm]))).toEqual([`node ${npm.path} reproducer.wast`]);
    const native = join(folder, 'wasm-shell');
    writeFileSync(native, '#!/bin/sh\n');
    chmodSync(native, 0o755);
    expect(commandsIn(write('wast', PLAIN, [{ ...npm, path: native }]))).toEqual([`${native} reproducer.wast`]);
  });

  it('makes of a script of Wasmtime one that the shell of binaryen runs', async () => {
    const npm = await discover('binaryen', new Map());
    const text = write('wast', COLLECTING, [drc, npm]);
    const [, ...commands] = commandsIn(text);
    expect(paste(text, commands)).toMatchObject({ status: 0, stderr: expect.stringContaining('all checks passed') });
    expect(paste(text, [`node ${npm.path} reproducer.wast`]).status).not.toBe(0);
  });

  it.skipIf(spawnSync('xxd', ['-v']).error !== undefined)('takes out the first module that is not of the host, and optimises it', async () => {
    const text = write('wast', WITH_HOST, [{ ...(await discover('binaryen-opt:o1', new Map())), flags: ['--optimize-level=1', '--dce'] }], [{ kind: 'host', number: 1 }]);
    expect(text).toContain('gctwin:host');
    expect(paste(text)).toMatchObject({ status: 0 });
    expect(commandsIn(text).at(-1)).toMatch(/^node .*wasm-opt .*--enable-gc .*--optimize-level=1 --dce closed\.wasm -o optimised\.wasm$/);
    for (const file of ['closed.wasm', 'optimised.wasm']) expect(decode(readFileSync(join(folder, file))).exports.map(({ name }) => name)).toEqual(['run']);
  });
});
