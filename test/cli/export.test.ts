/** `gctwin export`: a finding or an entry as one file that runs without gctwin. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import type { Finding } from '#fuzz/findings/finding.ts';
import { replayCommand, writeFinding } from '#fuzz/findings/write.ts';
import { readEntry } from '#fuzz/program/entry.ts';
import { main } from '#scripts/cli/main.ts';
import { COMMANDS } from '#scripts/commands/registry.ts';

const SEED = fileURLToPath(new URL('../../corpus/seeds/self-copy', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "gctwin's export "));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]) {
  const out: string[] = [];
  const status = await main(args, COMMANDS, { print: (line) => void out.push(line), complain: () => {}, log: pino({ enabled: false }), untilInterrupted: () => new AbortController().signal });
  return { status, out: out.join('\n') };
}

function findingOf(engines: Finding['engines']): string {
  const { program } = readEntry(SEED);
  return writeFinding(folder, {
    program,
    original: program,
    failure: { oracle: 'differential', invariant: 'results', operation: 'call', holders: ['binaryen'], message: 'something is wrong' },
    fault: undefined,
    engines,
    origin: { campaignSeed: 1, caseNumber: 2, generator: 'g', generatorVersion: 3, generatorSeed: 4 },
    versions: { gctwin: '0.1.0', node: 'v26' },
    shrinking: { tries: 5, complete: true },
  }).path;
}

describe('gctwin export', () => {
  it('writes an entry as text, for whoever reads it', async () => {
    const { status, out } = await run('export', SEED, '--as', 'wast');
    expect(status).toBe(0);
    expect(out).toMatch(/^\(module \$c0m0\n {2}\(type/m);
    expect(out).not.toMatch(/^\(module.* binary|With /m);
    expect((await run('export', SEED, '--as', 'js')).out).toContain('// Run it with node --expose-gc, deno');
  });

  it('writes a finding as it stands in its folder', async () => {
    const path = findingOf({ subjects: [{ name: 'binaryen', family: 'binaryen', path: '/usr/bin/wasm-shell', version: '132', flags: [] }], references: ['null'] });
    const { status, out } = await run('export', path);
    expect({ status, out: `${out}\n` }).toEqual({ status: 0, out: readFileSync(join(path, 'reproducer.wast'), 'utf8') });
    expect(out).toMatch(/^\(module \$c0m0 binary "/m);
    expect(out).toMatch(/^;; {3}.*wasm-shell'? reproducer\.wast$/m);
    expect(out).toContain(`;; Replay: ${replayCommand(path)}\n`);
  });
});
