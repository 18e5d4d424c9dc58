/** `gctwin engines`: what is there, and what is wrong with what is not. */
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { main } from '#scripts/cli/main.ts';
import { COMMANDS } from '#scripts/commands/registry.ts';

interface Listed {
  readonly name: string;
  readonly version?: string;
  readonly features?: readonly string[];
  readonly status: string;
}

async function engines(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const status = await main(['engines', ...args, '--json'], COMMANDS, {
    print: (line) => void out.push(line),
    complain: (line) => void err.push(line),
    log: pino({ enabled: false }),
    untilInterrupted: () => new AbortController().signal,
  });
  const listed = out.length === 0 ? [] : (JSON.parse(out.at(-1)!) as { readonly engines: readonly Listed[] }).engines;
  return { status, out, err: err.join('\n'), listed };
}

describe('gctwin engines', () => {
  it('tells versions, features and whether they work', async () => {
    const { status, listed, out } = await engines('--engine', 'v8,wabt-interp');
    const [v8, wabt] = listed;
    expect(status).toBe(0);
    expect(v8).toMatchObject({ name: 'v8', version: process.versions.v8, status: 'works' });
    expect(v8!.features).toEqual(expect.arrayContaining(['gc', 'exception-handling']));
    expect(wabt).toMatchObject({ name: 'wabt-interp', status: 'works' });
    expect(wabt!.features).toContain('reference-types');
    expect(wabt!.features).not.toContain('gc');
    expect(out).toHaveLength(5);
  });

  it('goes on when one is not there', async () => {
    const { status, listed } = await engines('--engine', 'wasmtime:drc,v8', '--engine-path', 'wasmtime=/nowhere/wasmtime');
    expect(status).toBe(0);
    expect(listed[0]).toEqual({ name: 'wasmtime:drc', summary: expect.any(String), status: 'there is no /nowhere/wasmtime to run as wasmtime:drc' });
    expect(listed[1]!.status).toBe('works');
  });

  it.each([
    [['--engine', 'v9'], 'v9'],
    [['--out', 'table.md'], '--smoke'],
    [['--engine-path', 'jsc'], "such as wasmtime:drc, not 'jsc'. See"],
    [['--engine-path', 'wasmtim=/x'], "with one of v8, jsc, spidermonkey, wasmtime, binaryen, binaryen-opt, wabt, wabt-interp, or a variant of these, such as wasmtime:drc, not 'wasmtim=/x'; near it: wasmtime,"],
    [['--engine-path', 'drc=/x'], "not 'drc=/x'; near it: wasmtime:drc"],
    [['--engine-path', 'wasmtime:=/x'], "not 'wasmtime:=/x'"],
    [['--engine-path', 'jsc=/x', '--engine-path', 'v8=/x', '--engine-path', 'jsc=/y'], '--engine-path tells two paths of jsc: /x and /y'],
  ])('says what is wrong with %j', async (args, told) => {
    const { status, err } = await engines(...args);
    expect(status).toBe(2);
    expect(err).toContain(told);
  });
});
