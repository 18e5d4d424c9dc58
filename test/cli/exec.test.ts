/** `gctwin exec` on small modules in the text format. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { COMMANDS } from '#scripts/commands/registry.ts';
import { main } from '#scripts/cli/main.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const launcher = at('scripts/gctwin.js');
const SELF_COPY = at('corpus/seeds/self-copy/module.wat');

/** The settings under which either fault shows in self-copy. */
const REVEALING = ['--invoke', '', '--collect-at', 'entry', '--drops', 'immediate'];

const MODULE = `(module
  (import "env" "val" (func $val (param externref) (result i32)))
  (type $n (struct (field i32)))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "swap") (param i64 f64) (result f64 i64) (local.get 1) (local.get 0))
  (func (export "host") (param externref) (result i32) (call $val (local.get 0)))
  (func (export "divide") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
  (func (export "spin") (loop (br 0)))
  (func (export "none")))`;

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-exec-'));
  file = join(folder, 'module.wat');
  writeFileSync(file, MODULE);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in this process, which takes a fraction of the time of a new one. */
async function exec(...args: readonly string[]): Promise<Ended> {
  let out = '';
  let err = '';
  const status = await main(['exec', ...args], COMMANDS, {
    print: (line) => void (out += `${line}\n`),
    complain: (line) => void (err += `${line}\n`),
    log: pino({ enabled: false }),
    untilInterrupted: () => new AbortController().signal,
  });
  return { status, out, err };
}

function execAsProcess(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, 'exec', ...args], (error, out, err) => {
      resolve({ status: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

describe('gctwin exec', () => {
  it('is a command of the launcher', async () => {
    expect(await execAsProcess(file, '--invoke', 'divide', '0')).toEqual(await exec(file, '--invoke', 'divide', '0'));
  });

  it.each<[readonly string[], number, string]>([
    [[], 0, 'instantiated\nexports: func "add", func "swap", func "host", func "divide", func "spin", func "none"\n'],
    [['--invoke', 'none'], 0, 'none() = ()\n'],
    [['--invoke', 'add', '0x7fffffff', '1'], 0, 'add(i32:2147483647, i32:1) = i32:-2147483648\n'],
    [['--invoke', 'add', '--', '-5', 'i32:3'], 0, 'add(i32:-5, i32:3) = i32:-2\n'],
    [['--invoke', 'swap', '18446744073709551615', 'nan:0x7ff8000000000001'], 0, 'swap(i64:-1, f64:nan:0x7ff8000000000000) = (f64:nan:0x7ff8000000000000, i64:-1)\n'],
    [['--invoke', 'host', 'host:7', '--collector', 'null'], 0, 'host(host:7) = i32:7\n'],
    [['--invoke', 'divide', '0'], 1, 'divide(i32:0) trapped: integerDivideByZero at instruction 2 (i32.div_s) of function 4\n'],
    [['--invoke', 'spin', '--fuel', '1000'], 1, 'spin() exhausted: fuel at instruction 1 (br) of function 5\n'],
  ])('%j ends with status %i', async (args, status, out) => {
    expect(await exec(file, ...args)).toEqual({ status, out, err: '' });
  });

  it.each<[readonly string[], RegExp]>([
    [['--invoke', 'add', '1'], /the function wants 2 arguments \(i32 i32\), not 1/],
    [['--invoke', 'add', '1', '4294967296'], /argument 2 must be a value of type i32, not '4294967296'/],
    [['--invoke', 'missing'], /exports no function "missing"; it exports "add", "swap"/],
    [['--fault', 'missing'], /--fault wants the name of a planted bug/],
    [['1'], /--invoke NAME must say which export gets '1'/],
  ])('%j is bad usage', async (args, sentence) => {
    const { status, out, err } = await exec(file, ...args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(sentence);
  });

  it.each([
    ['(module (func (result i32)))', /type mismatch/],
    ['(module (import "env" "nothing" (func)))', /import "env" "nothing": unknown import/],
    ['(modul)', /bad\.wat: /],
    ['', /bad\.wat is empty\.\n$/],
  ])('%s is bad input', async (text, sentence) => {
    const path = join(folder, 'bad.wat');
    writeFileSync(path, text);
    const { status, out, err } = await exec(path);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(sentence);
  });

  it('runs with a planted fault, and ends where its assertion fails', async () => {
    const fault = ['--fault', 'array-copy-release-before-count'];
    expect(await exec(SELF_COPY, ...REVEALING, ...fault)).toEqual({
      status: 1,
      out: '() broke an invariant at instruction 7 (array.copy) of function 0: 0x10 gets one more owner, so it must be alive, but its count is 0 [C1]\n',
      err: '',
    });
    expect((await exec(SELF_COPY, ...REVEALING, ...fault, '--collector', 'null')).status).toBe(0);
    expect((await exec(SELF_COPY, ...REVEALING)).status).toBe(0);
  });

  it('stops at the first wrong moment when it audits', async () => {
    const { status, out } = await exec(SELF_COPY, ...REVEALING, '--fault', 'const-expr-nested-no-clone', '--audit', 'on');
    expect(status).toBe(1);
    expect(out).toBe(
      'instantiation broke an invariant at global initialiser: 0x10 (array of type 0) has a count of 1 but 2 owners: element 0 of 0x30, the stack-root list [C9]\n',
    );
  });

  it('takes the store down at the end of an audited run, and sets garbage cycles apart', async () => {
    const cycle = join(folder, 'cycle.wat');
    writeFileSync(
      cycle,
      `(module
        (type $n (struct (field (mut (ref null $n)))))
        (func (export "run")
          (local $x (ref null $n))
          (local.set $x (struct.new $n (struct.new $n (ref.null $n))))
          (struct.set $n 0 (local.get $x) (local.get $x))))`,
    );
    const json = async (...more: readonly string[]): Promise<unknown> => {
      const { status, out } = await exec(cycle, '--invoke', 'run', '--json', ...more);
      expect(status).toBe(0);
      return JSON.parse(out.trim().split('\n').at(-1)!);
    };
    expect(await json('--audit', 'on')).toMatchObject({ leaks: [], cycleObjects: 1 });
    expect(await json()).not.toHaveProperty('leaks');
  });

  it('traces instructions and the collector', async () => {
    const { out } = await exec(SELF_COPY, ...REVEALING, '--fault', 'array-copy-release-before-count', '--trace');
    expect(out).toBe(TRACE);
  });

  it('follows an execution without changing it', async () => {
    const plain = await exec(file, '--invoke', 'add', '1', '2', '--fuel', '4', '--json');
    const traced = await exec(file, '--invoke', 'add', '1', '2', '--fuel', '4', '--json', '--trace');
    expect(traced.out.endsWith(plain.out)).toBe(true);
    expect(JSON.parse(plain.out.trimEnd().split('\n').at(-1)!)).toMatchObject({ outcome: 'returned', results: ['i32:3'], collector: 'drc', collections: 0 });
    expect((await exec(file, '--invoke', 'add', '1', '2', '--fuel', '3', '--trace')).out).toContain('exhausted: fuel');
  });
});

const TRACE = `global 0        0  array.new_fixed
                   allocates 0x10: array of type 0, 28 bytes
global 0        1  array.new_fixed
                   allocates 0x30: array of type 0, 32 bytes
global 0        2  end
                   collection 1 begins
                   collection 1 ends, 64 bytes live
function 0      0  global.get
function 0      1  local.set
function 0      2  local.get
function 0      3  i32.const
function 0      4  local.get
function 0      5  i32.const
function 0      6  i32.const
function 0      7  array.copy
                   0x10 has lost its last owner
                   frees 0x10
() broke an invariant at instruction 7 (array.copy) of function 0: 0x10 gets one more owner, so it must be alive, but its count is 0 [C1]
`;
