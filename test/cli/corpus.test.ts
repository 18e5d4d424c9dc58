/** `gctwin promote` and `gctwin replay`: a finding's way into the corpus, and what becomes of it there. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Finding } from '#fuzz/findings/finding.ts';
import { writeFinding } from '#fuzz/findings/write.ts';
import { readEntry } from '#fuzz/program/entry.ts';
import type { Program } from '#fuzz/program/program.ts';
import { main } from '#scripts/cli/main.ts';
import { COMMANDS } from '#scripts/commands/registry.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FAULT = 'array-copy-release-before-count';

let folder: string;
let crashes: string;
let corpus: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-corpus-'));
  crashes = join(folder, 'crashes');
  corpus = join(folder, 'corpus');
  vi.stubEnv('GITHUB_ACTIONS', undefined);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const status = await main(args, COMMANDS, {
    print: (line) => void out.push(line),
    complain: (line) => void err.push(line),
    log: pino({ enabled: false }),
    untilInterrupted: () => new AbortController().signal,
  });
  return { status, out: out.join('\n'), err: err.join('\n') };
}
const promote = (finding: string, ...args: string[]) => run('promote', finding, '--corpus', corpus, ...args);
function lastLine(out: string): Record<string, unknown> {
  return JSON.parse(out.split('\n').at(-1)!) as Record<string, unknown>;
}

// --- Findings ----------------------------------------------------------------------------------------------

const SELF_COPY = readEntry(join(root, 'corpus/seeds/self-copy')).program;

/** A bug that {@link SELF_COPY} does not show: a finding of it does not pass. */
const UNSHOWN = 'table-grow-init-uncounted';

function findingOf(program: Program, fault?: string, engines?: Finding['engines']): string {
  const finding: Finding = {
    program,
    original: program,
    failure: { oracle: 'audit', invariant: 'C9', operation: 'array.copy', holders: ['element'], message: 'something is wrong' },
    fault,
    engines,
    origin: { campaignSeed: 1, caseNumber: 2, generator: 'g', generatorVersion: 3, generatorSeed: 4 },
    versions: { gctwin: '0.1.0', node: 'v26' },
    shrinking: { tries: 5, complete: true },
  };
  return writeFinding(crashes, finding).path;
}

/** Changes an entry as an editor would. */
function edit(path: string, change: (json: Record<string, unknown>) => void): void {
  const file = join(path, 'entry.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  change(json);
  writeFileSync(file, JSON.stringify(json));
}

describe('gctwin promote', () => {
  it('moves a finding of a planted bug, which the entry then has to catch', async () => {
    const finding = findingOf(SELF_COPY, FAULT);
    writeFileSync(join(finding, 'notes.txt'), 'mine');
    for (const name of ['reproducer.wast', 'reproducer.js']) writeFileSync(join(finding, name), 'as there is for findings of other engines');
    const { status, out } = await promote(finding, '--name', 'copy', '--title', 'A copy', '--json');
    const path = join(corpus, 'regressions', 'copy');
    expect({ status, ...lastLine(out) }).toEqual({ status: 0, promoted: true, path });
    expect(readEntry(path)).toEqual({
      name: 'copy',
      title: 'A copy',
      origin: 'Found by g 3, seed 4: case 2 of campaign 1, gctwin 0.1.0, Node v26.',
      story: `With ${FAULT} planted: something is wrong`,
      program: SELF_COPY,
      expected: [{ kind: 'instantiated' }, { kind: 'returned', values: [] }],
      fault: FAULT,
      open: false,
    });
    expect(readdirSync(path).sort()).toEqual(['entry.json', 'module.wat']);
    expect(readdirSync(finding)).toEqual(['notes.txt']);
    expect(await run('replay', path)).toMatchObject({ status: 0, out: `${path}: passes, and catches ${FAULT}\n1 passed, 0 failed` });

    edit(path, (json) => (json['fault'] = 'const-expr-nested-no-clone'));
    edit(path, (json) => (json['schedule'] = {}));
    writeFileSync(join(path, 'module.wat'), '(module (func (export "")))');
    const replayed = await run('replay', path);
    expect(replayed.status).toBe(1);
    expect(replayed.out).toContain('  as it is: const-expr-nested-no-clone is planted, and nothing shows it');
  });

  it('takes the name of the folder, and removes it', async () => {
    const finding = findingOf(SELF_COPY);
    expect((await promote(finding)).status).toBe(0);
    expect(readdirSync(join(corpus, 'regressions'))).toEqual([basename(finding)]);
    expect(existsSync(finding)).toBe(false);
  });

  it('leaves a finding that does not pass where it is, unless it is told that it is open', async () => {
    const finding = findingOf(SELF_COPY, UNSHOWN);
    const files = readdirSync(finding);
    const refused = await promote(finding, '--name', 'open');
    expect(refused.status).toBe(1);
    expect(refused.out).toMatch(/^as it is: .*nothing shows it.*does not pass, so it stays where it is; --open promotes it all the same$/s);
    expect(existsSync(corpus)).toBe(false);
    expect(readdirSync(finding)).toEqual(files);

    expect((await promote(finding, '--name', 'open', '--open')).status).toBe(0);
    const path = join(corpus, 'regressions', 'open');
    expect(readEntry(path)).toMatchObject({ open: true, fault: UNSHOWN });
    const replayed = await run('replay', path, '--json');
    expect({ status: replayed.status, ...lastLine(replayed.out) }).toMatchObject({ status: 0, passed: 0, failed: 0, open: 1 });

    edit(path, (json) => (json['fault'] = FAULT));
    const passing = await run('replay', path);
    expect(passing).toMatchObject({ status: 1, out: expect.stringContaining('passes, so it is no longer open') });
  });

  it.each<[string, RegExp, ...string[]]>([
    ['what is open but passes', /passes everywhere, so it is not open\.$/, '--open'],
    ['a name that is taken', /regressions.taken is there already\.$/, '--name', 'taken'],
    ['a name that is none', /--name wants a name of lower-case letters, digits and single hyphens/, '--name', '../x'],
  ])('refuses %s with one sentence', async (_, sentence, ...args) => {
    mkdirSync(join(corpus, 'regressions', 'taken'), { recursive: true });
    const finding = findingOf(SELF_COPY, FAULT);
    const files = readdirSync(finding);
    const { status, err } = await promote(finding, ...args);
    expect(status).toBe(2);
    expect(err).toMatch(sentence);
    expect(readdirSync(finding)).toEqual(files);
    expect(readdirSync(join(corpus, 'regressions'))).toEqual(['taken']);
  });
});

describe('gctwin replay', () => {
  it('compares any engines on an entry', async () => {
    const name = 'overlapping-copy-wrong-direction';
    const path = join(root, 'corpus/regressions', name);
    expect(await run('replay', path, '--subject', 'drc', '--fault', 'none')).toMatchObject({ status: 0, out: `${path}: passes: the engines agree\n1 passed, 0 failed` });
    const planted = await run('replay', path, '--subject', 'drc', '--fault', name);
    expect(planted).toMatchObject({ status: 1, out: expect.stringContaining(`${path}: fails: differential / results / call / drc (with ${name} planted)\n  step 3: null returned i32:2`) });
  }, 60_000);

  it('asks other programs in the place of those that a finding was found with', async () => {
    const recorded = { name: 'v8', family: 'v8', path: process.execPath, version: 'recorded', flags: ['--expose-gc'] };
    const finding = findingOf(SELF_COPY, undefined, { subjects: [recorded], references: ['null'] });
    const other = join(folder, 'other-node');
    symlinkSync(process.execPath, other);
    const asked = (path: string): string => `  v8 ${process.versions.v8} at ${path} is asked in the place of v8 recorded at `;
    expect((await run('replay', finding)).out).not.toContain('is asked');
    const moved = await run('replay', finding, join(root, 'corpus/seeds/self-copy'), '--engine-path', `v8=${other}`);
    expect(moved).toMatchObject({ status: 0, out: expect.stringContaining(`${finding}: passes: the engines agree\n${asked(other)}${process.execPath}\n`) });

    const file = join(finding, 'finding.json');
    const gone = join(folder, 'gone');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(JSON.stringify(process.execPath), JSON.stringify(gone)));
    vi.stubEnv('GCTWIN_V8', other);
    expect(await run('replay', finding)).toMatchObject({ status: 0, out: expect.stringContaining(asked(other) + gone) });
    vi.stubEnv('GCTWIN_V8', join(folder, 'missing'));
    expect(await run('replay', finding)).toMatchObject({ status: 1, out: expect.stringMatching(/cannot be replayed: it was found with v8 recorded .*, which is not here, and there is no .*missing to run as v8: say with --engine-path v8=PATH/) });
  }, 60_000);

  it.each([
    [['--engine-path', 'jsc=/usr/bin/bun'], '--engine-path tells where jsc is, but nothing here was found with it'],
    [['--reference', 'v8'], '--reference needs a --subject'],
    [['--engine-path', 'v8=/nowhere/node'], 'there is no /nowhere/node to run as v8'],
    [['--fault', FAULT], 'which is not among the engines that '],
  ])('refuses %j for a finding of other engines', async (args, sentence) => {
    const v8 = { name: 'v8', family: 'v8', path: process.execPath, version: '1', flags: [] };
    const finding = findingOf(SELF_COPY, undefined, { subjects: [v8], references: ['null'] });
    expect(await run('replay', finding, ...args)).toMatchObject({ status: 2, out: '', err: expect.stringContaining(sentence) });
  });

  it('plants nothing where nothing can be planted', async () => {
    const path = join(root, 'corpus/seeds/self-copy');
    expect(await run('replay', path, '--subject', 'v8', '--fault', FAULT)).toMatchObject({ status: 2, out: '', err: expect.stringContaining('is planted in drc, which is not among the engines') });
    expect(await run('replay', path, '--subject', 'v8', '--fault', 'none')).toMatchObject({ status: 0 });
  }, 60_000);

  it('runs the corpus and the open findings, and tells everyone who wants to know', async () => {
    cpSync(join(root, 'corpus/seeds/self-copy'), join(corpus, 'seeds/self-copy'), { recursive: true });
    cpSync(join(root, 'corpus/seeds/self-copy'), join(corpus, 'seeds/wrong'), { recursive: true });
    edit(join(corpus, 'seeds/wrong'), (json) => (json['expected'] = [{ kind: 'linkError' }]));
    const gone = basename(findingOf(SELF_COPY));
    const { status, out } = await new Promise<{ status: number; out: string }>((resolve) => {
      const env = { ...process.env, GITHUB_ACTIONS: 'true' };
      execFile(process.execPath, [join(root, 'scripts/gctwin.js'), 'replay', '--junit', 'reports/replay.xml', '--json'], { cwd: folder, env }, (error, stdout) =>
        resolve({ status: error === null ? 0 : Number(error.code), out: stdout.trimEnd() }),
      );
    });
    expect(status).toBe(1);
    expect(lastLine(out)).toMatchObject({
      passed: 2,
      failed: 1,
      entries: [
        { path: 'corpus/seeds/self-copy', status: 'passed' },
        { path: 'corpus/seeds/wrong', status: 'failed' },
        { path: `crashes/${gone}`, status: 'passed', advice: expect.stringContaining(`promote it: npx gctwin promote crashes/${gone}`) },
      ],
    });
    const wrong = 'as it is, and under 28 more: step 0 on null: {"kind":"instantiated"}, expected is {"kind":"linkError"}';
    expect(out).toContain(`corpus/seeds/wrong: fails\n  ${wrong}\n`);
    expect(out).toContain('::error file=corpus/seeds/wrong/entry.json,title=corpus/seeds/wrong::fails%0Aas it is, and under 28 more: step 0');
    expect(out).toContain(`::notice file=crashes/${gone}/finding.json,title=crashes/${gone}::this open crash no longer happens, promote it`);
    const xml = readFileSync(join(folder, 'reports/replay.xml'), 'utf8');
    expect(xml).toContain('<testsuites name="replay" tests="3" failures="1" errors="0" skipped="0"');
    expect(xml).toContain('<testcase classname="replay.seeds" name="wrong" file="corpus/seeds/wrong/entry.json"');
  }, 60_000);

  it('plants another bug in the place of the recorded one', async () => {
    const path = join(root, 'corpus/seeds/self-copy');
    const planted = await run('replay', path, '--fault', 'const-expr-nested-no-clone');
    expect(planted).toMatchObject({ status: 1, out: expect.stringContaining('fails (with const-expr-nested-no-clone planted)') });
    expect(planted.out).toContain('undercount / constant expression');
    expect(await run('replay', path, '--fault', 'none')).toMatchObject({ status: 0 });
  });

  it('refuses an entry with a bug that it does not know', async () => {
    cpSync(join(root, 'corpus/seeds/self-copy'), folder, { recursive: true });
    edit(folder, (json) => (json['fault'] = 'no-such'));
    expect(await run('replay', folder)).toMatchObject({ status: 2, err: expect.stringMatching(/the planted bug no-such is not known to this version\.$/) });
  });
});
