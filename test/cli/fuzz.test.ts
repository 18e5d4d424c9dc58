/** `gctwin fuzz` and `gctwin replay` as processes. */
import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { State } from '#fuzz/campaign/state.ts';
import { Random } from '#fuzz/generators/random.ts';
import { CHEAP, resultIn, runKilled } from '#test/support/killed-campaign.ts';
import { encode } from '#wasm/binary/encode.ts';
import { parse } from '#wasm/text/parse.ts';

const launcher = fileURLToPath(new URL('../../scripts/gctwin.js', import.meta.url));
const FAULT = 'array-copy-release-before-count';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-fuzz-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(...args: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, ...args], (error, out, err) => {
      resolve({ status: error === null ? 0 : Number(error.code), out, err });
    });
  });
}
function lastLine(out: string): Record<string, unknown> {
  return JSON.parse(out.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;
}

/** What differs from run to run. */
const TIMELESS = { seconds: 0, cpuSeconds: 0, casesPerSecond: 0, stages: {}, workers: {} };

interface FindingLine {
  readonly signature: string;
  readonly path: string;
  readonly instructions: number;
  readonly bytes: number;
}

describe('gctwin fuzz', () => {
  it('finds a planted bug, shrinks it and says how to replay it', async () => {
    const { status, out } = await run('fuzz', '--fault', FAULT, '--profile', 'self-copy', '--seed', '2', '--crashes', folder, '--json');
    expect(status).toBe(1);
    const report = lastLine(out);
    expect(Object.keys(report)).toEqual(
      expect.arrayContaining(['cases', 'seconds', 'cpuSeconds', 'casesPerSecond', 'conclusive', 'inconclusive', 'findings']),
    );
    const findings = report['findings'] as readonly FindingLine[];
    expect(findings).toHaveLength(1);
    const { path, instructions, bytes, signature } = findings[0]!;
    expect(instructions).toBeLessThanOrEqual(15);

    const wat = readFileSync(join(path, 'module.wat'), 'utf8');
    const wasm = new Uint8Array(readFileSync(join(path, 'module.wasm')));
    expect(encode(parse(wat))).toEqual(wasm);
    expect(wasm).toHaveLength(bytes);
    expect(JSON.parse(readFileSync(join(path, 'finding.json'), 'utf8'))).toMatchObject({ signature, fault: FAULT });

    const command = /^ {2}npx gctwin (replay .*)$/m.exec(out)![1]!.split(' ');
    const again = await run(...command);
    expect(again.status).toBe(1);
    expect(again.out).toContain(`fails as recorded: ${signature}`);
    const healthy = await run(...command, '--fault', 'none', '--json');
    expect(healthy.status).toBe(0);
    expect(lastLine(healthy.out)).toMatchObject({ passed: 1, failed: 0, entries: [{ path, passed: true }] });
  }, 60_000);

  it('finds nothing in the healthy runtime and gives the same report for any number of workers', async () => {
    const reports = await Promise.all(
      [1, 2].map((workers) => run('fuzz', '--seed', '3', '--runs', '60', '--workers', String(workers), '--crashes', join(folder, String(workers)), '--json')),
    );
    const timeless = reports.map(({ status, out }) => ({ status, ...lastLine(out), ...TIMELESS }));
    expect(timeless[0]).toMatchObject({ status: 0, cases: 60, conclusive: 1, findings: [] });
    expect(timeless[1]).toEqual(timeless[0]);
    expect(readdirSync(join(folder, '1'))).toEqual(['campaign.sqlite']);
  }, 120_000);

  it('goes on where it was interrupted', async () => {
    const child = spawn(process.execPath, [launcher, 'fuzz', '--seed', '1', '--max-total-time', '120', '--workers', '1', '--crashes', folder, '--json']);
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
      if (/[1-9]\d* cases/.test(err)) child.kill('SIGINT');
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(status).toBe(130);
    const before = lastLine(out)['cases'] as number;
    expect(before).toBeGreaterThan(0);

    const more = await run('fuzz', '--resume', '--runs', String(before + 10), '--crashes', folder, '--json');
    expect(more.out).toContain(`seed 1\ngoing on after ${before} cases\n`);
    expect(lastLine(more.out)).toMatchObject({ cases: before + 10, findings: [] });
    const other = await run('fuzz', '--resume', '--seed', '2', '--crashes', folder);
    expect(other).toMatchObject({ status: 2, out: '' });
    expect(other.err).toBe(`gctwin fuzz: ${join(folder, 'campaign.sqlite')} holds another campaign (seed 1, not 2): keep this one elsewhere with --state FILE, or begin it in place of that one without --resume.\n`);
  }, 180_000);

  it('goes on with what is known by now', async () => {
    const known = join(folder, 'known.json');
    const suppressions = [{ signature: 'a', engine: 'v8', reference: 'https://bugs.example/1' }];
    writeFileSync(known, JSON.stringify({ format: 1, suppressions }));
    const session = (...args: readonly string[]) => run('fuzz', '--runs', '1', '--workers', '1', '--crashes', folder, ...args);
    const stored = (): unknown => {
      const state = State.open(join(folder, 'campaign.sqlite'));
      const [plan] = state.plans;
      state.close();
      return plan?.pair?.suppressions;
    };
    expect(await session('--subject', 'v8')).toMatchObject({ status: 0 });
    expect(stored()).toEqual([]);
    expect(await session('--resume', '--suppress', known)).toMatchObject({ status: 0 });
    expect(await session('--resume', '--subject', 'v8')).toMatchObject({ status: 0 });
    expect(stored()).toEqual(suppressions);

    await session();
    expect(await session('--resume', '--suppress', known)).toMatchObject({ status: 2, out: '', err: expect.stringContaining('--suppress needs a --subject') });
  }, 180_000);

  it('loses and doubles nothing when it is killed', async () => {
    const shape = { runs: 40, maxMs: 2000 };
    const killed = await runKilled({ ...shape, folder: join(folder, 'killed'), kills: 4, random: new Random(randomInt(2 ** 31)) });
    await runKilled({ ...shape, folder: join(folder, 'whole'), kills: 0, random: new Random(0) });
    expect(resultIn(join(folder, 'killed')), JSON.stringify(killed)).toEqual(resultIn(join(folder, 'whole')));
    expect(resultIn(join(folder, 'whole')).findings).toMatchObject([{ cases: 5, settled: true }]);
  }, 300_000);

  it('joins what shards have found', async () => {
    const shard = (name: string): string => join(folder, name);
    const common = ['--fault', FAULT, '--seed', '1', '--profile', 'self-copy', '--workers', '1', ...CHEAP];
    await Promise.all([
      run('fuzz', ...common, '--runs', '40', '--crashes', shard('whole')),
      run('fuzz', ...common, '--runs', '20', '--shard', '1/2', '--crashes', shard('a')),
      run('fuzz', ...common, '--runs', '20', '--shard', '2/2', '--crashes', shard('b')),
    ]);
    const { status } = await run('merge', shard('a'), shard('b'), '--crashes', shard('joined'));
    expect(status).toBe(1);
    const counted = (name: string) => {
      const { cases, findings } = resultIn(shard(name));
      return { cases, findings: findings.map((finding) => ({ ...finding, settled: true, bytes: 0 })) };
    };
    expect(counted('joined')).toEqual(counted('whole'));
    const twice = await run('merge', shard('a'), shard('a'), '--crashes', shard('twice'));
    expect(twice).toMatchObject({ status: 2, out: '' });
  }, 180_000);

  it.each([
    ['an unknown fault', ['fuzz', '--fault', 'no-such'], /--fault wants the name of a planted bug/],
    ['a misspelt fault', ['fuzz', '--fault', 'narrow-count-wrap'], /, not 'narrow-count-wrap'; near it: narrow-count-wraps\./],
    ['a path of an engine that is not asked', ['fuzz', '--engine-path', 'jsc=/usr/bin/bun', '--crashes', 'crashes'], /--engine-path needs a --subject/],
    ['a path of an engine that is not compared', ['fuzz', '--subject', 'v8', '--engine-path', 'jsc=/usr/bin/bun', '--crashes', 'crashes'], /--engine-path tells where jsc is, which is not among the engines/],
    ['an oracle for engines of others', ['fuzz', '--subject', 'v8', '--oracle', 'audit'], /--oracle is for the twins; .* leave one of the two out\. See/],
    ['silence of an oracle for engines of others', ['fuzz', '--subject', 'drc', '--reference', 'v8', '--no-oracle', 'validity'], /--no-oracle is for the twins/],
    ['a bug that would be planted nowhere', ['fuzz', '--subject', 'v8', '--fault', FAULT, '--crashes', 'crashes'], new RegExp(`--fault ${FAULT} is planted in drc, which is not among the engines`)],
    ['a folder that is a file', ['fuzz', '--crashes', launcher], /cannot write to .*gctwin\.js.* is not a directory\.\n$/],
    ['a file for findings', ['replay', launcher], /cannot read .*gctwin\.js: it is not a directory\.\n$/],
    ['a path without findings', ['replay', 'scripts'], /holds no corpus entries and no findings\.\n$/],
    ['a finding that is broken', ['replay', 'broken'], /does not hold a finding: format is not 1/],
  ])('refuses %s with one sentence', async (_, args, sentence) => {
    writeFileSync(join(folder, 'finding.json'), '{}');
    const given = args.map((arg) => (arg === 'broken' ? folder : arg === 'crashes' ? join(folder, arg) : arg));
    const { status, out, err } = await run(...given);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(sentence);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});
