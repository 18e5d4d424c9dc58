/** `gctwin minimize` as a process. */
import { execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALL_ORACLES, twins } from '#fuzz/campaign/twins.ts';
import { findFault } from '#fuzz/faults/registry.ts';
import { readFinding } from '#fuzz/findings/read.ts';
import { putFinding } from '#fuzz/findings/write.ts';
import { Random } from '#fuzz/generators/random.ts';
import { NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { main } from '#scripts/cli/main.ts';
import { COMMANDS } from '#scripts/commands/registry.ts';
import { largeModule } from '#test/support/large-module.ts';
import { runOf } from '#test/support/program.ts';
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import { concatenated } from '#wasm/syntax/concatenate.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { parse } from '#wasm/text/parse.ts';
import { validate } from '#wasm/valid/validate.ts';

const launcher = fileURLToPath(new URL('../../scripts/gctwin.js', import.meta.url));
const FAULT = 'array-copy-release-before-count';

/** What the planted bug needs, and more than it needs. */
const SELF_COPY = `(module
  (type $a (array (mut (ref null $a)))) (type $s (struct (field i32) (field (mut eqref))))
  (global $g (mut (ref null $a)) (array.new_fixed $a 2 (array.new_fixed $a 0) (ref.null none)))
  (func $helper (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))
  (func (export "other") (param f64) (drop (call $helper (i32.const 5))))
  (func (export "run") (local $x eqref)
    (local.set $x (struct.new $s (i32.const 1) (ref.null none)))
    (if (i32.const 1) (then (array.copy $a $a (global.get $g) (i32.const 0) (global.get $g) (i32.const 0) (i32.const 2))))))`;

/** What a copy in the wrong direction needs to have a result that others see, and more. */
const OVERLAP = `(module
  (type $a (array (mut eqref))) (type $s (struct (field i32) (field (mut eqref))))
  (func $helper (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))
  (func (export "other") (param f64) (drop (call $helper (i32.const 5))))
  (func (export "run") (result eqref) (local $a (ref null $a))
    (local.set $a (array.new_fixed $a 3 (struct.new $s (i32.const 1) (ref.null none)) (ref.null none) (ref.null none)))
    (if (i32.const 1) (then (array.copy $a $a (local.get $a) (i32.const 1) (local.get $a) (i32.const 0) (i32.const 2))))
    (array.get $a (local.get $a) (i32.const 2))))`;

/** How many runs are killed at random moments, so many at a time. */
const KILLS = Number(process.env['GCTWIN_KILLS'] ?? 3);
const AT_A_TIME = 3;

/** Holds for whatever contains this constant. */
const NEEDLE = 305419896;
const NEEDLE_BYTES = String.raw`\x41\xf8\xac\xd1\x91\x01`;
const CHECK = `#!/bin/sh\nLC_ALL=C exec grep -qaP '${NEEDLE_BYTES}' "$1"\n`;

let folder: string;
/** For candidates; must be empty in the end. */
let temporary: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-minimize-test-'));
  temporary = join(folder, 'temporary');
  mkdirSync(temporary);
  write('check.sh', CHECK);
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content, { mode: 0o755 });
}
function inFolder(): { cwd: string; env: NodeJS.ProcessEnv } {
  return { cwd: folder, env: { ...process.env, TMPDIR: temporary } };
}
function run(...args: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, 'minimize', ...args], inFolder(), (error, out, err) => {
      resolve({ status: error === null ? 0 : Number(error.code), out, err });
    });
  });
}
/** As `run`, but in this process, which must not change its folder: paths are absolute, and messages made relative again. */
async function runHere(...args: readonly string[]): Promise<{ status: number; err: string }> {
  const absolute = args.map((arg) => (/^(\.\/|(?!-|sh |true$)[^ ]*\.(wasm|wat)$|found$|full$)/.test(arg) ? join(folder, arg) : arg));
  const errors: string[] = [];
  const world = { print: () => {}, complain: (line: string) => void errors.push(line), log: pino({ level: 'silent' }), untilInterrupted: () => new AbortController().signal };
  const previous = process.env['TMPDIR'];
  process.env['TMPDIR'] = temporary;
  try {
    const status = await main(['minimize', ...absolute], COMMANDS, world);
    return { status, err: errors.join('\n').replaceAll(`${folder}/`, '') };
  } finally {
    if (previous === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = previous;
  }
}
function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [launcher, 'minimize', ...args], { ...inFolder(), stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const ended = new Promise<{ status: number | null; out: string }>((resolve) => child.on('close', (status) => resolve({ status, out })));
  return { child, ended };
}
function lastLine(out: string): Record<string, unknown> {
  return JSON.parse(out.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;
}
function bytesIn(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, name)));
}
function moduleIn(name: string): Module {
  return decode(bytesIn(name));
}

/** A module with the needle somewhere in the middle. */
function haystack(bytes: number): Module {
  const needle = parse(`(module (func (export "needle") (drop (i32.add (i32.const ${NEEDLE}) (i32.const 1)))))`);
  return concatenated([largeModule(bytes / 2, 1), needle, largeModule(bytes / 2, 2)]);
}
function holdsNeedle({ functions }: Module): boolean {
  return functions.some(({ body }) => body.some((instruction) => 'value' in instruction && instruction.value === NEEDLE));
}

function writeFinding(name: string, text = SELF_COPY, fault = FAULT): string {
  const program = runOf(text, { schedule: { ...NO_COLLECTIONS, zeal: 2 } });
  const { verdict } = twins({ fault: findFault(fault), oracles: ALL_ORACLES }).examine(program);
  if (verdict.kind !== 'disagree') throw new Error('the planted bug must show');
  putFinding(join(folder, name), {
    program,
    original: program,
    failure: verdict.failure,
    fault,
    origin: { campaignSeed: 1, caseNumber: 2, generator: 'self-copy', generatorVersion: 1, generatorSeed: 3 },
    versions: { gctwin: '0', node: '26' },
    shrinking: { tries: 0, complete: false },
  });
  return name;
}

describe('gctwin minimize', () => {
  it('makes a large module small, whatever the number of jobs', async () => {
    write('big.wasm', encode({ ...haystack(20_000), customs: [{ name: 'producers', bytes: Uint8Array.of(0), after: 0 }] }));
    const runs = await Promise.all(['1', '3'].map((jobs) => run('big.wasm', '--test', './check.sh', '--jobs', jobs, '--out', `j${jobs}.wasm`, '--json')));
    for (const { status, out } of runs) {
      expect({ status, out }).toMatchObject({ status: 0, out: expect.stringContaining('left out: custom sections "producers" (1 byte)') });
      expect(out).toContain('the test holds for big.wasm, and not for the empty module');
      expect(lastLine(out)).toMatchObject({ before: { bytes: statSync(join(folder, 'big.wasm')).size }, complete: true });
    }
    const [first, second] = runs.map(({ out }) => ({ ...lastLine(out), seconds: 0, path: '' }));
    expect(second).toEqual(first);
    expect(bytesIn('j3.wasm')).toEqual(bytesIn('j1.wasm'));
    expect(encode(parse(readFileSync(join(folder, 'j1.wat'), 'utf8')))).toEqual(bytesIn('j1.wasm'));
    expect(first).toMatchObject({ after: { bytes: bytesIn('j1.wasm').length, instructions: 2, types: 1 } });
    expect(readdirSync(temporary)).toEqual([]);
  }, 60_000);

  it('keeps what goes wrong on the twins, for text and for a finding', async () => {
    write('copy.wat', SELF_COPY);
    const finding = writeFinding('found');
    const [text, found] = await Promise.all([run('copy.wat', '--fault', FAULT, '--json'), run(`${finding}/`, '--json')]);
    expect(text).toMatchObject({ status: 0 });
    expect(text.out).toContain(`copy.wat fails (with ${FAULT} planted): undercount / array.copy / none\n`);
    expect(lastLine(text.out)).toMatchObject({ after: { instructions: 8, types: 2 }, path: 'copy.min.wasm', complete: true });
    expect(encode(parse(readFileSync(join(folder, 'copy.min.wat'), 'utf8')))).toEqual(bytesIn('copy.min.wasm'));

    expect(found).toMatchObject({ status: 0 });
    expect(lastLine(found.out)).toMatchObject({ path: 'found.min', after: { instructions: 8, types: 2 } });
    const { program, fault, shrinking, failure } = readFinding(join(folder, 'found.min'));
    expect({ fault, shrinking, schedule: program.schedule }).toMatchObject({ fault: FAULT, shrinking: { complete: true }, schedule: NO_COLLECTIONS });
    expect(twins({ fault: findFault(FAULT), oracles: ALL_ORACLES }).examine(program).verdict).toEqual({ kind: 'disagree', failure });
    expect(readFinding(join(folder, 'found')).shrinking.tries).toBe(0);
  }, 60_000);

  it('keeps that engines disagree, and records which', async () => {
    const fault = 'overlapping-copy-wrong-direction';
    const { status, out } = await run(writeFinding('found', OVERLAP, fault), '--subject', 'drc', '--out', 'pair', '--json');
    expect(status).toBe(0);
    expect(lastLine(out)).toMatchObject({ path: 'pair', after: { types: 2 }, complete: true });
    expect(readFinding(join(folder, 'pair'))).toMatchObject({
      fault,
      engines: { subjects: ['drc'], references: ['null'] },
      failure: { oracle: 'differential', holders: ['drc'] },
    });

    const gone = { name: 'v8', family: 'v8', path: join(folder, 'gone'), version: '1', flags: ['--expose-gc'] };
    const finding = readFinding(join(folder, 'pair'));
    putFinding(join(folder, 'pair'), { ...finding, engines: { subjects: ['drc'], references: [gone] } });
    const moved = await run('pair', '--engine-path', `v8=${process.execPath}`, '--out', 'moved');
    expect(moved).toMatchObject({ status: 0, out: expect.stringContaining(`v8 ${process.versions.v8} at ${process.execPath} is asked in the place of v8 1 at ${gone.path}\n`) });
    expect(readFinding(join(folder, 'moved')).engines!.references).toEqual([{ ...gone, path: process.execPath, version: process.versions.v8 }]);
  }, 60_000);

  it('leaves the best so far when it is killed at any moment, or stopped by Ctrl-C or the clock', async () => {
    write('big.wasm', encode(haystack(8000)));
    write('slow.sh', `#!/bin/sh\nsleep 0.02\n${CHECK}`);
    const args = ['big.wasm', '--test', './slow.sh', '--jobs', '2', '--force'];
    const isGood = (name: string): void => {
      const module = moduleIn(name);
      validate(module);
      expect(holdsNeedle(module)).toBe(true);
    };
    const random = new Random(1);
    const moments = Array.from({ length: KILLS }, () => random.int(0, 1000));
    const kill = async (moment: number, i: number): Promise<void> => {
      const { child, ended } = start(...args, '--out', `killed-${i}`);
      while (!existsSync(join(folder, `killed-${i}.wasm`))) await sleep(5);
      await sleep(moment);
      child.kill('SIGKILL');
      await ended;
      isGood(`killed-${i}.wasm`);
    };
    for (let first = 0; first < KILLS; first += AT_A_TIME) {
      await Promise.all(moments.slice(first, first + AT_A_TIME).map((moment, i) => kill(moment, first + i)));
    }
    // It has had no chance to clean up: its watchdog does.
    while (readdirSync(temporary).length > 0) await sleep(10);

    const interrupted = async (): Promise<void> => {
      const { child, ended } = start(...args, '--out', 'stopped');
      while (!existsSync(join(folder, 'stopped.wasm'))) await sleep(5);
      child.kill('SIGINT');
      const { status, out } = await ended;
      expect(status).toBe(130);
      expect(out).toMatch(/stopped\.wasm: .*\nstopped\.wat\nstopped early: it may become smaller still\n$/);
      expect(encode(parse(readFileSync(join(folder, 'stopped.wat'), 'utf8')))).toEqual(bytesIn('stopped.wasm'));
      isGood('stopped.wasm');
    };
    const timed = async (): Promise<void> => {
      write('slower.sh', `#!/bin/sh\nsleep 0.5\n${CHECK}`);
      const { status, out } = await run('big.wasm', '--test', './slower.sh', '--max-time', '6', '--out', 'timed', '--json');
      expect({ status, ...lastLine(out) }).toMatchObject({ status: 0, complete: false });
      isGood('timed.wasm');
    };
    await Promise.all([interrupted(), timed()]);
    expect(readdirSync(temporary)).toEqual([]);
  }, 60_000 + 10_000 * KILLS);

  it('says in one sentence why it cannot begin, and writes nothing', async () => {
    write('a.wat', '(module (func (export "f")))');
    write('there.min.wasm', 'precious');
    cpSync(join(folder, 'a.wat'), join(folder, 'there.wat'));
    write('broken.wasm', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1));
    write('invalid.wat', '(module (func i32.add))');
    // i32x4.add in a body of nothing else.
    write('simd.wasm', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 7, 1, 5, 0, 0xfd, 0xae, 1, 0x0b));
    write('padded.wasm', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 0x84, 0, 1, 0x60, 0, 0));
    write('fails.sh', '#!/bin/sh\nexit 1\n');
    writeFileSync(join(folder, 'plain.sh'), 'exit 0\n', { mode: 0o644 });
    write('strange.sh', '#!/no/such/shell\n');
    write('padding.sh', `#!/bin/sh\ntest "$(wc -c < "$1")" -eq 15\n`);
    writeFinding('found');
    mkdirSync(join(folder, 'full'));
    write('full/precious', 'x');
    const before = readdirSync(folder);
    const cases: readonly (readonly [args: readonly string[], sentence: RegExp])[] = [
      [['no.wasm'], /cannot read .*no\.wasm: it does not exist\.$/],
      [['broken.wasm'], /broken\.wasm: .*\(at offset \d+\)\.$/],
      [['invalid.wat'], /invalid\.wat: type mismatch.*function 0, instruction 0/],
      [['simd.wasm'], /unsupported feature simd: .*\(at offset 23\)\.$/],
      [['full'], /full does not hold a finding/],
      [['a.wat'], /nothing goes wrong with a\.wat: the engines agree, .* Say with --test COMMAND/],
      [['a.wat', '--test', 'true'], /the test holds for the empty module, so that would be the result\.$/],
      [['a.wat', '--test', './fails.sh'], /the test does not hold for the input: fails\.sh a\.wat: exit status 1\.$/],
      [['a.wat', '--test', 'sh -c "sleep 9" sh', '--test-timeout', '0.1'], /the test does not hold for the input: .*: no answer within 0\.1 s\.$/],
      [['a.wat', '--test', 'sh -c "kill -SEGV $$" sh'], /the test does not hold for the input: .*: killed by SIGSEGV\.$/],
      [['a.wat', '--test', './no-such.sh'], /the test cannot be started: no-such\.sh: there is no such program\.$/],
      [['a.wat', '--test', './plain.sh'], /the test cannot be started: .*plain\.sh: permission is denied: it may not be executable\.$/],
      [['a.wat', '--test', './strange.sh'], /the test cannot be started: .*strange\.sh: there is no such program as its first line asks for\.$/],
      [['a.wat', '--test', 'true', '--out', 'full/'], /--out .*full\/ names no file: PATH\.wasm and PATH\.wat are written\.$/],
      [['padded.wasm', '--test', './padding.sh'], /the test holds for padded\.wasm as it is, but no longer for the same module in the plain form/],
      [['there.wat', '--test', 'true'], /there\.min\.wasm is there already; --force replaces it/],
      [['there.wat', '--test', './fails.sh', '--force'], /the test does not hold for the input/],
      [['there.wat', '--test', 'true', '--force'], /the test holds for the empty module/],
      [['there.wat', '--test', './no-such.sh', '--force'], /there is no such program\.$/],
      [['a.wat', '--test', 'true', '--out', 'no/b.wasm'], /cannot write no\/b\.wasm: there is no folder no\.$/],
      [['found', '--fault', 'const-expr-nested-no-clone'], /found does not fail as recorded: it fails otherwise: undercount \/ constant expression \/ none\.$/],
      [['found', '--out', 'full', '--force'], /cannot write full: what is there is no finding, so it is not replaced\.$/],
      [['found', '--test', 'true'], /--test wants a module file/],
      [['found', '--subject', 'v8', '--fault', FAULT], /is planted in drc, which is not among the engines/],
      [['a.wat', '--test', 'true', '--subject', 'drc'], /--test and --subject exclude each other/],
      [['a.wat', '--test', 'true', '--engine-path', 'v8=/x'], /--test and --engine-path exclude each other/],
      [['a.wat', '--test', 'true', '--reference', 'drc'], /--test and --reference exclude each other/],
      [['a.wat', '--test', 'true', '--suppress', 'known.json'], /--test and --suppress exclude each other/],
      [['a.wat', '--engine-path', 'v8=/x'], /--engine-path needs a --subject/],
    ];
    for (const [args, sentence] of cases) {
      const { status, err } = await runHere(...args);
      expect(err).toMatch(sentence);
      expect({ args, status, lines: err.split('\n').length }).toEqual({ args, status: 2, lines: 1 });
    }
    expect(readdirSync(folder)).toEqual(before);
    expect(readFileSync(join(folder, 'there.min.wasm'), 'utf8')).toBe('precious');
    expect(readdirSync(temporary)).toEqual([]);
  }, 60_000);

  it('keeps the best when the test can no longer be started', async () => {
    write('big.wasm', encode(haystack(4000)));
    write('vanishing.sh', `#!/bin/sh\ncase "$1" in *candidate-9.wasm) rm ./vanishing.sh;; esac\n${CHECK}`);
    const { status, err } = await run('big.wasm', '--test', './vanishing.sh', '--jobs', '1');
    expect(status).toBe(2);
    expect(err).toMatch(/the test cannot be started: \.\/vanishing\.sh: there is no such program\. The best until then is in big\.min\.wasm\.\n$/);
    expect(holdsNeedle(moduleIn('big.min.wasm'))).toBe(true);
  }, 60_000);
});
