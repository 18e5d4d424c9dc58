/** `gctwin explain` on the seed, on a module file, and on what it cannot read. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Finding } from '#fuzz/findings/finding.ts';
import { writeFinding } from '#fuzz/findings/write.ts';
import { readEntry } from '#fuzz/program/entry.ts';
import { COMMANDS } from '#scripts/commands/registry.ts';
import { main } from '#scripts/cli/main.ts';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';

const SEED = fileURLToPath(new URL('../../corpus/seeds/self-copy', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-explain-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function explain(...args: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const status = await main(['explain', ...args], COMMANDS, {
    print: (line) => void (out += `${line}\n`),
    complain: (line) => void (err += `${line}\n`),
    log: pino({ enabled: false }),
    untilInterrupted: () => new AbortController().signal,
  });
  return { status, out, err };
}

function finding(parts: Partial<Finding>): Finding {
  const { program } = readEntry(SEED);
  return {
    program,
    original: program,
    failure: { oracle: 'assertion', invariant: 'C1', operation: 'constant expression', holders: [], message: 'as recorded', defect: 'undercount' },
    fault: 'const-expr-nested-no-clone',
    origin: { campaignSeed: 3, caseNumber: 12, generator: 'g', generatorVersion: 1, generatorSeed: 5 },
    versions: { gctwin: '0', node: 'v26' },
    shrinking: { tries: 0, complete: true },
    ...parts,
  };
}

describe('gctwin explain', () => {
  it('tells the story of an entry, draws it, and ends with one JSON object', async () => {
    const [svg, dot] = [join(folder, 'heap.svg'), join(folder, 'heap.dot')];
    const { status, out, err } = await explain(SEED, '--fault', 'const-expr-nested-no-clone', '--svg', svg, '--dot', dot, '--json');
    expect({ status, err }).toEqual({ status: 1, err: '' });
    expect(out).toMatch(/^Guilty: {6}constant expression \(undercount\)\n/);
    expect(out).toContain('host or runtime (who owned none)');
    expect(out).toContain('--- noticed [C1]: instruction 7 (array.copy) of function 0 ---');
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg [^]*<\/svg>\n$/);
    expect(readFileSync(dot, 'utf8')).toContain('"0x30" -> "0x10" [label="element 0"]');
    expect(JSON.parse(out.trimEnd().split('\n').at(-1)!)).toMatchObject({ kind: 'heap', guilty: 'constant expression', suspect: { address: 16 } });
  });

  it('plants the bug that a finding was found with', async () => {
    const { path } = writeFinding(folder, finding({}));
    expect(await explain(path)).toMatchObject({ status: 1, out: expect.stringContaining('Recorded:    undercount / constant expression / none\nGuilty:') });
    expect(await explain(path, '--fault', 'none')).toMatchObject({ status: 0, out: expect.stringContaining('nothing to explain') });
  });

  it('calls the exports of a module file', async () => {
    const file = join(SEED, 'module.wat');
    expect(await explain(file, '--fault', 'array-copy-release-before-count')).toMatchObject({ status: 1, out: expect.stringContaining('Guilty:      array.copy') });
  });

  it('does not run what has ended a process', async () => {
    const failure = { oracle: 'hang', invariant: 'worker', operation: 'run', holders: [], message: 'no answer' } as const;
    const { path } = writeFinding(folder, finding({ failure, fault: undefined }));
    const { status, out } = await explain(path);
    expect(status).toBe(1);
    expect(out).toContain(`timeout 60 npx gctwin replay ${path}`);
  });

  it('says how to generate a case again of which there is no Program', async () => {
    const failure = { oracle: 'crash', invariant: 'generator', operation: 'generate', holders: [], message: 'a TypeError' } as const;
    const program = { ...finding({}).program, modules: [], steps: [] };
    const { path } = writeFinding(folder, finding({ failure, fault: undefined, program, original: program }));
    expect(await explain(path)).toMatchObject({ status: 1, out: expect.stringContaining('npx gctwin fuzz --seed 3 --runs 13') });
  });

  it('tells where engines part, and what our twin has to do with it', async () => {
    const overlap = fileURLToPath(new URL('../../corpus/regressions/overlapping-copy-wrong-direction', import.meta.url));
    const planted = await explain(overlap, '--subject', 'drc', '--fault', 'overlapping-copy-wrong-direction');
    expect(planted.status).toBe(1);
    expect(planted.out).toMatch(/^differential \/ results \/ call \/ drc\n[^]*\nnull and drc\n  step 0, instantiate: both instantiated\n[^]*null returned i32:2, drc returned i32:1   <-- here they part\n/);
    expect(planted.out).toContain('Our own twin with overlapping-copy-wrong-direction planted goes wrong, too:\n');

    const healthy = await explain(overlap, '--subject', 'drc', '--fault', 'none', '--json');
    expect(healthy).toMatchObject({ status: 0, out: expect.stringContaining('the engines agree\n\nNothing goes wrong in our own twin, either.\n') });
    expect(JSON.parse(healthy.out.trimEnd().split('\n').at(-1)!)).toMatchObject({ kind: 'nothing', engines: { verdict: { kind: 'agree' }, comparisons: [] } });
  }, 60_000);

  it('asks the engines that a finding was found with', async () => {
    const { path } = writeFinding(join(folder, 'pair'), finding({ engines: { subjects: ['drc'], references: ['null'] }, fault: undefined }));
    expect(await explain(path)).toMatchObject({ status: 0, out: expect.stringContaining('the engines agree') });
  }, 60_000);

  it('does not take an engine that is gone for one that is broken', async () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('PATH', '');
    vi.stubEnv('GCTWIN_WASMTIME', undefined);
    const gone = { name: 'wasmtime:drc', family: 'wasmtime', path: join(folder, 'nowhere'), version: '1', flags: [] };
    const { path } = writeFinding(join(folder, 'gone'), finding({ engines: { subjects: [gone], references: ['null'] }, fault: undefined }));
    const message = /it was found with wasmtime:drc 1 \(.*nowhere\), which is not here: say with --engine-path wasmtime=PATH where it is, or with --subject/;
    expect(await explain(path)).toMatchObject({ status: 2, err: expect.stringMatching(message) });
    expect(await explain(path, '--engine-path', `wasmtime=${folder}`)).toMatchObject({ status: 2, err: expect.stringMatching(/gone.*: .*which is to run as wasmtime:drc, is not executable\.$/m) });
  });

  it('asks another program in the place of the recorded one, and says so', async () => {
    const recorded = { name: 'v8', family: 'v8', path: join(folder, 'nowhere'), version: '1', flags: ['--expose-gc'] };
    const { path } = writeFinding(join(folder, 'moved'), finding({ engines: { subjects: [recorded], references: ['null'] }, fault: undefined }));
    const told = `v8 ${process.versions.v8} at ${process.execPath} is asked in the place of v8 1 at ${recorded.path}\n`;
    expect(await explain(path, '--engine-path', `v8=${process.execPath}`)).toMatchObject({ status: 0, out: expect.stringContaining(told) });
    expect(await explain(path, '--engine-path', 'jsc=/usr/bin/bun')).toMatchObject({ status: 2, err: expect.stringContaining('--engine-path tells where jsc is, but nothing here was found with it') });
    expect(await explain(SEED, '--engine-path', 'jsc=/usr/bin/bun')).toMatchObject({ status: 2, err: expect.stringContaining('--engine-path needs a --subject') });
  }, 60_000);

  it.each([
    ['a path that is not there', () => [join(folder, 'missing')], /cannot read .*missing: it does not exist/],
    ['a folder of something else', () => [mkdirSync(join(folder, 'empty'), { recursive: true }) ?? join(folder, 'empty')], /holds neither a finding nor a corpus entry/],
    ['a module that is none', () => [(writeFileSync(join(folder, 'bad.wat'), '(module'), join(folder, 'bad.wat'))], /bad\.wat: /],
    ['an unknown bug', () => [SEED, '--fault', 'moon-phase'], /--fault wants 'none' or the name of a planted bug/],
    ['a picture that cannot be written', () => [SEED, '--fault', 'const-expr-nested-no-clone', '--svg', join(folder, 'no', 'where.svg')], /cannot write /],
  ])('refuses %s in one sentence', async (_, args, message) => {
    const { status, err } = await explain(...args());
    expect(status).toBe(2);
    expect(err).toMatch(message);
  });
});
