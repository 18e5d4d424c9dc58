import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { ObservedOutcome } from '../../observation.ts';
import { GC_ZEAL } from '../families.ts';
import type { ForeignCase } from '../foreign-engine.ts';
import { FOREIGN_LIMITS } from '../foreign-engine.ts';
import { scriptOf } from '../wast.ts';
import { WasmtimeEngine } from './engine.ts';
import { failedLine, outcomeOf } from './output.ts';

const folder = mkdtempSync(join(tmpdir(), 'gctwin-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Behaves as wasmtime does where a script says so by the names of exports. */
const FAKE = `#!${process.execPath}
const { readFileSync } = require('node:fs');
if (process.argv[2] === '--version') { console.log('wasmtime 99.1.0'); process.exit(); }
if (__filename.endsWith('mute')) process.exit();
const builtins = process.argv.includes('--wasmtime-builtins');
if (builtins && __filename.endsWith('older')) process.exit(2);
readFileSync(process.argv.at(-1), 'utf8').split('\\n').forEach((line, i) => {
  if (line.includes('(tag)') || (line.includes('"wasmtime" "gc"') && !builtins)) process.exit(1);
  if (process.env.WASMTIME_LOG && __filename.endsWith('zealous')) console.error('TRACE wasmtime: gc_zeal: forcing GC');
  if (line.includes('"collects"') && !builtins) throw new Error('it does not');
  const mark = /invoke \\$mark "at" \\(i32.const (\\d+)/.exec(line);
  if (mark) require('node:fs').writeSync(1, mark[1] + ' : i32\\n');
  if (line.includes('"die"')) { console.error("thread 'main' panicked at /home/me/drc.rs:12:9:\\nassertion failed: 0x8 is live"); process.exit(101); }
  if (line.includes('"wrong"')) { console.error('Error: failed to run\\n\\nCaused by:\\n    0: failed directive on s.wast:' + (i + 1) + ':1\\n    1: result 0 didn\\'t match\\n    2: expected                  5 / 0x5\\n       actual                    6 / 0x6'); process.exit(1); }
  if (line.includes('"hang"')) for (;;);
});
`;

function fakePath(name: string, content: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const five: ObservedOutcome = { kind: 'returned', values: [{ kind: 'i32', value: 5 }] };
const caseCalling = (name: string): ForeignCase => ({
  modules: [{ name: 'm', bytes: Uint8Array.of(0, 0x61) }],
  steps: [{ kind: 'instantiate', module: 0 }, { kind: 'call', module: 0, export: name }],
  exceptions: name === 'throws',
  predicted: [{ kind: 'instantiated' }, five],
});

let engine: WasmtimeEngine | undefined;
afterEach(() => engine?.end());
async function outcomesOf(names: readonly string[], caseMs = FOREIGN_LIMITS.caseMs, program = 'wasmtime', flags: readonly string[] = []): Promise<readonly (readonly ObservedOutcome[])[]> {
  const path = fakePath(program, FAKE);
  engine = new WasmtimeEngine({ name: 'wasmtime:drc', family: 'wasmtime', path, version: '99', flags }, { ...FOREIGN_LIMITS, caseMs });
  return (await engine.run(names.map(caseCalling))).map(({ outcomes }) => outcomes);
}

describe('Wasmtime by scripts', () => {
  it('loses only the case that kills, and says why', async () => {
    const passed = [{ kind: 'instantiated' }, five];
    const [a, killed, b] = await outcomesOf(['a', 'die', 'b']);
    expect([a, b]).toEqual([passed, passed]);
    expect(killed).toMatchObject([
      { kind: 'instantiated' },
      { kind: 'faulted', fault: { invariant: 'died', operation: "thread 'main' panicked at drc.rs:N:N: assertion failed: N is live", message: expect.stringContaining('0x8 is live') } },
    ]);
  });

  it('tells what was seen instead of what is asserted', async () => {
    expect((await outcomesOf(['a', 'wrong']))[1]).toEqual([{ kind: 'instantiated' }, { kind: 'returned', values: [{ kind: 'i32', value: 6 }] }]);
  });

  it('is not shown what its version does not have', async () => {
    expect((await outcomesOf(['throws', 'a'])).map((outcomes) => outcomes.at(-1)!.kind)).toEqual(['unsupported', 'returned']);
  });

  it('is asked to offer a function that collects, where it has one', async () => {
    expect((await outcomesOf(['collects']))[0]!.at(-1)).toEqual(five);
    await engine!.end();
    expect((await outcomesOf(['collects'], FOREIGN_LIMITS.caseMs, 'older'))[0]!.at(-1)!.kind).toBe('faulted');
    await engine!.end();
    expect((await outcomesOf(['a'], FOREIGN_LIMITS.caseMs, 'older'))[0]!.at(-1)).toEqual(five);
  });

  it('is asked for gc-zeal only where its build has it', async () => {
    expect((await outcomesOf(['a'], FOREIGN_LIMITS.caseMs, 'zealous', GC_ZEAL))[0]!.at(-1)).toEqual(five);
    await engine!.end();
    expect((await outcomesOf(['a'], FOREIGN_LIMITS.caseMs, 'wasmtime', GC_ZEAL))[0]).toEqual([{ kind: 'unsupported', reason: expect.stringContaining('--cfg gc_zeal') }]);
  });

  it('is not taken for one when it runs nothing', async () => {
    expect((await outcomesOf(['a'], FOREIGN_LIMITS.caseMs, 'mute'))[0]).toEqual([{ kind: 'unsupported', reason: 'cannot be used: it takes a script and does not run it' }]);
  });

  it('ends what does not end', async () => {
    expect((await outcomesOf(['hang', 'a'], 500)).map((outcomes) => outcomes.at(-1)!.kind)).toEqual(['faulted', 'returned']);
  });
});

describe('scriptOf', () => {
  it('puts each directive on a line of its own and knows what it is about', () => {
    const { text, places } = scriptOf([caseCalling('a"b')], { prelude: ['(module)'], trapTexts: true, mark: (line) => `(mark ${line})` });
    expect(text.split('\n')).toEqual(['(module)', '(mark 3)', String.raw`(module $c0m0 binary "\00\61") (register "m" $c0m0)`, '(mark 5)', String.raw`(assert_return (invoke $c0m0 "a\22b") (i32.const 5))`, '']);
    expect(places[5]).toEqual({ position: 0, step: 1 });
  });
  it('puts comments above modules, and still knows what each line is about', () => {
    const { text, places } = scriptOf([caseCalling('a')], { prelude: [], trapTexts: true, mark: (line) => `(mark ${line})`, above: (position) => [`;; module ${position}`, ';;'] });
    expect(text.split('\n')).toEqual([';; module 0', ';;', '(mark 4)', String.raw`(module $c0m0 binary "\00\61") (register "m" $c0m0)`, '(mark 6)', '(assert_return (invoke $c0m0 "a") (i32.const 5))', '']);
    expect(places[4]).toEqual({ position: 0, step: 0 });
  });
  it('defines a module once that several cases have, if the engine can do that', () => {
    const other: ForeignCase = { ...caseCalling('b'), modules: [{ name: 'm', bytes: Uint8Array.of(0, 0x62) }] };
    const { text } = scriptOf([caseCalling('a'), other, caseCalling('c')], { prelude: [], trapTexts: true, sharesModules: true });
    expect(text.split('\n').filter((line) => line.includes('register'))).toEqual([
      String.raw`(module definition $shared0 binary "\00\61") (module instance $c0m0 $shared0) (register "m" $c0m0)`,
      String.raw`(module $c1m0 binary "\00\62") (register "m" $c1m0)`,
      '(module instance $c2m0 $shared0) (register "m" $c2m0)',
    ]);
  });
});

describe('outcomeOf', () => {
  const failed = (causes: string): string => `Error: failed to run script file 's.wast'\n\nCaused by:\n    0: failed directive on s.wast:7:1\n${causes}`;

  it.each([
    ['    1: error while executing at wasm backtrace:\n           0:   0x5d - p!f\n    2: wasm trap: out of bounds array access', { kind: 'trapped', trap: 'outOfBoundsArrayAccess' }],
    ['    1: error while executing at wasm backtrace:\n    2: wasm trap: wasm `unreachable` instruction executed', { kind: 'trapped', trap: 'unreachable' }],
    ['    1: wasm trap: call stack exhausted', { kind: 'exhausted', resource: 'callStack' }],
    [
      "    1: expected 'out of bounds array access', got 'error while executing at wasm backtrace:\n           0:   0x27 - c0m0!<wasm function 0>\n       \n       Caused by:\n           an alignment of 16 is more than 8\n       \n       Stack backtrace:\n          0: anyhow::error",
      { kind: 'faulted', fault: { oracle: 'crash', defect: undefined, holders: [], invariant: 'failure', operation: 'an alignment of N is more than N', message: 'an alignment of 16 is more than 8' } },
    ],
    ["    1: requested allocation's size of 100000020 is greater than the max supported size of 524280", { kind: 'exhausted', resource: 'heap' }],
    ['    1: expected trap, got Core([I32(5), I64(-6)])', { kind: 'returned', values: [{ kind: 'i32', value: 5 }, { kind: 'i64', value: -6n }] }],
    ['    1: failed to parse WebAssembly module\n    2: exceptions proposal not enabled (at offset 0x10)', { kind: 'unsupported', reason: 'exceptions proposal not enabled' }],
    ['    1: failed to parse WebAssembly module\n    2: gc types are disallowed but found type which requires gc (at offset 0x10)', { kind: 'unsupported', reason: 'gc types are disallowed but found type which requires gc' }],
    ['    1: WebAssembly translation error\n    2: Invalid input WebAssembly code at offset 24: type mismatch: expected i32', { kind: 'invalid', reason: 'type mismatch: expected iN' }],
    ['    1: failed to parse WebAssembly module\n    2: rec group usage requires `gc` proposal to be enabled (at offset 0xb)', { kind: 'unsupported', reason: 'rec group usage requires `gc` proposal to be enabled' }],
    ['    1: failed to parse WebAssembly module\n    2: function references required for index reference types (at offset 0x10)', { kind: 'unsupported', reason: 'function references required for index reference types' }],
  ])('reads %s', (causes, outcome) => {
    expect(failedLine(failed(causes))).toBe(7);
    expect(outcomeOf(failed(causes), { kind: 'instantiated' })).toEqual(outcome);
  });
});

describe('failedLine', () => {
  it('is told with and without a column', () => {
    expect(failedLine('    0: failed directive on /tmp/s.wast:12:3\n    1: x')).toBe(12);
    expect(failedLine('    0: failed directive on /tmp/s.wast:10\n    1: x')).toBe(10);
    expect(failedLine("thread 'main' panicked at a.rs:12:3:\nassertion failed")).toBeUndefined();
  });
});
