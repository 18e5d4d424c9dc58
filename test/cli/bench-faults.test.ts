import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const launcher = fileURLToPath(new URL('../../scripts/gctwin.js', import.meta.url));
const FAULT = 'const-expr-nested-no-clone';
const ONE_RUN = [FAULT, '--seeds', '1', '--variant', 'full', '--jobs', '1'] as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-bench-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Result {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}
function run(...args: readonly string[]): Promise<Result> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, 'bench', 'faults', ...args], { cwd: folder }, (error, out, err) => resolve({ status: error === null ? 0 : Number(error.code), out, err }));
  });
}

describe('gctwin bench faults', () => {
  it('makes a run, keeps it, does not make it again, and merges it into others', async () => {
    const first = await run(...ONE_RUN, '--results', 'a.jsonl', '--out', 'first', '--json');
    expect(first).toMatchObject({ status: 0 });
    expect(first.out).toContain(`${FAULT}, full, seed 1: found by `);
    expect(JSON.parse(first.out.trimEnd().split('\n').at(-1)!)).toMatchObject({ runs: 1, totals: { faults: 1, found: 1 } });
    expect(readFileSync(join(folder, 'first/kill-matrix.md'), 'utf8')).toContain(`| \`${FAULT}\` |`);
    expect(existsSync(join(folder, 'first/kill-matrix.html'))).toBe(true);

    const kept = readFileSync(join(folder, 'a.jsonl'), 'utf8');
    const second = await run(...ONE_RUN, '--results', 'b.jsonl', '--merge', 'a.jsonl', '--out', 'second');
    expect(second.out).not.toContain('seed 1');
    expect(readFileSync(join(folder, 'b.jsonl'), 'utf8')).toBe(kept);

    copyFileSync(join(folder, 'a.jsonl'), join(folder, 'c.jsonl'));
    const report = await run('--report', 'a.jsonl', '--report', 'c.jsonl', '--out', 'third');
    expect(report).toMatchObject({ status: 0, out: expect.stringContaining('1 runs; 1 of 1 faults found') });
  }, 240_000);

  it('is told apart from the other benchmarks', async () => {
    expect((await run('--help')).out).toMatch(/^Usage: gctwin bench faults \[SLUG\.\.\] \[options\]/);
  });

  it.each([
    { title: 'an unknown bug', args: ['no-such-bug'], err: /^gctwin bench faults: there is no planted bug no-such-bug; there are / },
    { title: 'a file that is not there', args: ['--report', 'none.jsonl'], err: /^gctwin bench faults: cannot read none\.jsonl: it does not exist/ },
    { title: 'a file that holds something else', args: ['--report', 'other.jsonl'], err: /^gctwin bench faults: other\.jsonl: line 1: format is not 1/ },
    { title: 'merging for a mere report', args: ['--report', 'other.jsonl', '--merge', 'other.jsonl'], err: /^gctwin bench faults: --report makes no runs/ },
  ])('refuses $title with one sentence', async ({ args, err }) => {
    writeFileSync(join(folder, 'other.jsonl'), '{}\n');
    const result = await run(...args);
    expect(result).toMatchObject({ status: 2, out: '' });
    expect(result.err).toMatch(err);
    expect(result.err.trimEnd().split('\n')).toHaveLength(1);
  });
});
