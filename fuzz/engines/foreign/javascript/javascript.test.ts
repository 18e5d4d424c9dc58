import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { closeProgram } from '../../closed/close.ts';
import { nullEngine } from '../../interpreter.ts';
import type { ObservedOutcome } from '../../observation.ts';
import { UNAUDITED } from '../../panel.ts';
import { ForeignClient } from '../client.ts';
import type { ForeignCase, ForeignLimits, ForeignSpec } from '../foreign-engine.ts';
import { FOREIGN_LIMITS, foreignCase } from '../foreign-engine.ts';
import { JavaScriptEngine } from './engine.ts';
import { JSC, SPIDERMONKEY, V8, refusal, trapped } from './traps.ts';
import { smokeProgram } from '../smoke.ts';

/** Runs this instead of the runner; `on` is given a line. */
const fake = (on: string): ForeignSpec => ({
  name: 'fake',
  family: 'v8',
  path: process.execPath,
  version: '1',
  flags: ['-e', `process.stdout.write('@ready v8\\n'); process.stdin.setEncoding('utf8').on('data', (text) => { for (const line of text.split('\\n')) if (line !== '') { ${on} } }).on('end', () => process.exit());`],
});
const real: ForeignSpec = { ...fake(''), name: 'v8', flags: ['--expose-gc'] };

const caseNamed = (name: string): ForeignCase => ({ modules: [{ name, bytes: new Uint8Array() }], steps: [], exceptions: false, predicted: [] });
function smokeCase(): ForeignCase {
  const closed = closeProgram(smokeProgram());
  return foreignCase(closed, nullEngine(UNAUDITED).run(closed.program).outcomes);
}

/** What shells have in place of Node's standard input; `end` is what they read at its end. */
const shell = (end: 'null' | "''", ...more: readonly string[]): ForeignSpec => ({
  ...real,
  flags: [
    '--expose-gc',
    '-e',
    `const { readSync, writeSync, readFileSync } = require('node:fs'); let rest = '';
     globalThis.readline = () => { for (;;) {
       const at = rest.indexOf('\\n'); if (at !== -1) { const line = rest.slice(0, at); rest = rest.slice(at + 1); return line; }
       const bytes = Buffer.alloc(65536); let count; try { count = readSync(0, bytes); } catch (error) { if (error.code === 'EAGAIN') continue; throw error; }
       if (count === 0) return ${end}; rest += bytes.toString('latin1', 0, count); } };
     globalThis.print = (text) => writeSync(1, text + '\\n'); ${more.join(' ')} (0, eval)(readFileSync(process.argv[1], 'utf8'));`,
  ],
});

let engine: JavaScriptEngine | undefined;
afterEach(() => engine?.end());

async function outcomesOf(spec: ForeignSpec, cases: readonly ForeignCase[], limits: Partial<ForeignLimits> = {}): Promise<readonly (readonly ObservedOutcome[])[]> {
  engine = new JavaScriptEngine(spec, V8, { ...FOREIGN_LIMITS, ...limits });
  return (await engine.run(cases)).map(({ outcomes }) => outcomes);
}

describe('a JavaScript engine in a child', () => {
  it('sees what our own runtime sees', async () => {
    const one = smokeCase();
    expect(await outcomesOf(real, [one, one])).toEqual([one.predicted, one.predicted]);
  });

  it('is reported with status and last words when it dies, and only the case that kills is lost', async () => {
    const deadly = fake(`if (line.includes('deadly')) { console.error('Assertion failed: 0x12 is gone'); process.exit(3); } process.stdout.write('@[]\\n');`);
    const [before, killed, after] = await outcomesOf(deadly, ['a', 'deadly', 'b'].map(caseNamed));
    expect([before, after]).toEqual([[], []]);
    expect(killed).toMatchObject([{ kind: 'faulted', fault: { oracle: 'crash', invariant: 'died', operation: 'Assertion failed: N is gone', message: 'exit status 3\nAssertion failed: 0x12 is gone' } }]);
  });

  it('is excused when it dies once, and not again alone', async () => {
    const weary = fake(`if (globalThis.once && line.includes('b')) process.kill(process.pid, 'SIGKILL'); globalThis.once = true; process.stdout.write('@[]\\n');`);
    expect(await outcomesOf(weary, ['a', 'b'].map(caseNamed))).toMatchObject([[], [{ kind: 'unsupported', reason: expect.stringContaining('SIGKILL') }]]);
  });

  it('is killed when it never answers', async () => {
    const [outcomes] = await outcomesOf(fake(''), [caseNamed('a')], { caseMs: 300 });
    expect(outcomes).toMatchObject([{ kind: 'faulted', fault: { invariant: 'hung' } }]);
  });

  it.runIf(process.platform === 'linux')('is killed when it takes too much memory', async () => {
    const greedy = fake('globalThis.all = Buffer.alloc(400 << 20, 1);');
    expect(await outcomesOf(greedy, [caseNamed('a')], { memoryBytes: 250 << 20, caseMs: 60_000 })).toEqual([[{ kind: 'exhausted', resource: 'memory' }]]);
  });

  it('is no engine when it prints garbage', async () => {
    const [outcomes] = await outcomesOf(fake("process.stdout.write('hello\\n@{\\n');"), [caseNamed('a')]);
    expect(outcomes).toMatchObject([{ kind: 'faulted', fault: { invariant: 'garbage' } }]);
  });

  it.each(['{"a":1}', '[["returned",null],null]', '7'])('is no engine when it answers %s', async (answer) => {
    const [outcomes] = await outcomesOf(fake(`process.stdout.write('@${answer}\\n');`), [caseNamed('a')]);
    expect(outcomes).toMatchObject([{ kind: 'faulted', fault: { invariant: 'garbage' } }]);
  });

  it('cannot be used when it is another engine than it is taken for', async () => {
    const [first, second] = await outcomesOf({ ...real, family: 'jsc' }, ['a', 'b'].map(caseNamed));
    expect(first).toEqual([{ kind: 'unsupported', reason: 'cannot be used: it says "ready v8", not "ready jsc"' }]);
    expect(second).toEqual(first);
  });

  it('cannot be used when it ends before it is ready', async () => {
    const [outcomes] = await outcomesOf({ ...real, flags: ['-e', "console.error('error: no such option'); process.exit(2);"] }, [caseNamed('a')]);
    expect(outcomes).toEqual([{ kind: 'unsupported', reason: 'cannot be used: exit status 2: error: no such option' }]);
  });

  it('is not tried with every case when it never answers', async () => {
    const seen = await outcomesOf(fake(''), Array.from({ length: 36 }, (_, i) => caseNamed(`${i}`)), { caseMs: 100 });
    expect(seen.flatMap((outcomes, i) => (outcomes[0]!.kind === 'faulted' ? [i] : []))).toEqual([0, 1, 2, 34]);
  });

  it.each(['null', "''"] as const)('may be a shell that reads %s at the end of its input', async (end) => {
    const one = smokeCase();
    expect(await outcomesOf(shell(end), [one, one])).toEqual([one.predicted, one.predicted]);
    const { path, flags } = shell(end);
    const runner = fileURLToPath(new URL('runner.js', import.meta.url));
    expect(spawnSync(path, [...flags, runner], { input: '{"modules":[],"steps":[]}\n', encoding: 'utf8', timeout: 10_000 })).toMatchObject({ status: 0, stdout: '@ready v8\n@[]\n' });
  });

  it('may be pmjs, which has of Python what a shell has', async () => {
    const one = smokeCase();
    const python = `const shell = { readline, print, collect: gc }; delete globalThis.readline; delete globalThis.print; delete globalThis.gc;
      globalThis.python = { eval: (code) => code.includes('readline') ? () => { const line = shell.readline(); return line === '' ? '' : line + '\\n'; } : code.includes('collect') ? shell.collect : shell.print };`;
    expect(await outcomesOf(shell("''", python), [one, one])).toEqual([one.predicted, one.predicted]);
  });

  it("knows SpiderMonkey's errors for limits", async () => {
    const recursion = shell('null', "globalThis.InternalError = class extends Error {}; WebAssembly.Instance = class { constructor() { throw new InternalError('too much recursion'); } };");
    expect(await outcomesOf(recursion, [smokeCase()])).toEqual([[{ kind: 'exhausted', resource: 'callStack' }]]);
    const memory = shell('null', "WebAssembly.Instance = class { constructor() { throw 'out of memory'; } };");
    expect(await outcomesOf(memory, [smokeCase()])).toEqual([[{ kind: 'exhausted', resource: 'memory' }]]);
  });

  it('is there for code that does not wait', async () => {
    const client = new ForeignClient([real]);
    const one = smokeCase();
    const pending = [client.start('v8', [one]), client.start('v8', [one, one])];
    expect(pending.map((wait) => wait().length)).toEqual([1, 2]);
    expect(pending[0]!()[0]!.outcomes).toEqual(one.predicted);
    await client.end();
  });
});

describe('the thread of engines', () => {
  it('tells whoever asks when an engine cannot be made', async () => {
    const client = new ForeignClient([{ ...real, name: 'odd', family: 'odd' }]);
    expect(client.start('odd', [smokeCase()])).toThrow(/not a function/);
    await client.end();
  });

  it('counts cases for which there is no room', async () => {
    for (const variable of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(variable, '/nowhere');
    onTestFinished(() => void vi.unstubAllEnvs());
    const client = new ForeignClient([{ ...real, name: 'wasmtime:drc', family: 'wasmtime' }]);
    expect(client.start('wasmtime:drc', [smokeCase()])()[0]!.outcomes).toEqual([{ kind: 'unsupported', reason: 'no room for its files in /nowhere: ENOENT' }]);
    await client.end();
  });
});

describe('trapped', () => {
  it('reads the words of JavaScriptCore', () => {
    expect(trapped("Out of bounds array.copy (evaluating 'fn()')", JSC)).toMatchObject({ kind: 'trapped', trap: 'outOfBoundsArrayAccess' });
    expect(trapped("couldn't evaluate constant expression: WebAssembly.Module doesn't parse at byte 384: Failed to allocate new array", JSC)).toMatchObject({ trap: 'allocationSizeTooLarge' });
    // Of an array.copy to an index that is too large, from null.
    expect(trapped('access to a null reference', JSC)).toMatchObject({ or: expect.arrayContaining(['nullArrayReference', 'outOfBoundsArrayAccess']) });
    // Of a struct.set behind a ref.cast that lets null pass, in optimised code.
    expect(trapped('ref.cast failed to cast reference to target heap type', JSC)).toMatchObject({ trap: 'castFailure', or: expect.arrayContaining(['nullStructReference']) });
    expect(trapped('something else', JSC)).toBeUndefined();
  });
});

describe('trapped, by SpiderMonkey', () => {
  it.each([
    ['unreachable executed', 'unreachable'],
    ['integer overflow', 'integerOverflow'],
    ['index out of bounds', 'outOfBoundsMemoryAccess'],
    ['table index out of bounds', 'outOfBoundsTableAccess'],
    ['indirect call to null', 'uninitializedElement'],
    ['dereferencing null pointer', 'nullReference'],
    ['bad cast', 'castFailure'],
  ] as const)('reads %s', (message, trap) => {
    expect(trapped(message, SPIDERMONKEY)).toMatchObject({ kind: 'trapped', trap });
  });
});

describe('refusal', () => {
  it.each([
    ["WebAssembly.Module doesn't validate: any.convert_extern reference to type (ref null noextern) expected Externref, in function at index 0 (evaluating 'new WebAssembly.Module(x)')", 'any.convert_extern reference to type (ref null noextern) expected Externref'],
    ['WebAssembly.Module(): Compiling function #7:"run0" failed: struct.get[0] expected type (ref null 1), found ref.null of type externref @+93', 'struct.get[N] expected type (ref null N), found ref.null of type externref'],
    ['WebAssembly.Module(): unexpected section <Type> @+23', 'unexpected section <Type>'],
  ])('takes the reason out of %s', (message, reason) => {
    expect(refusal(message)).toBe(reason);
  });
});
