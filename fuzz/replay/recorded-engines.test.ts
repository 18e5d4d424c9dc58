import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineError } from '#fuzz/engines/foreign/engine-error.ts';
import type { ForeignSpec } from '#fuzz/engines/foreign/foreign-engine.ts';
import { AbsentEngineError, describeMoves, recordedEngines } from './recorded-engines.ts';

const folder = mkdtempSync(join(tmpdir(), 'gctwin-recorded-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  vi.stubEnv('GCTWIN_WASMTIME', undefined);
});
afterEach(() => void vi.unstubAllEnvs());

function program(version: string): string {
  const path = join(folder, version);
  writeFileSync(path, `#!/bin/sh\necho wasmtime ${version}\n`);
  chmodSync(path, 0o755);
  return path;
}

const NONE = new Map<string, string>();
const here: ForeignSpec = { name: 'wasmtime:drc', family: 'wasmtime', path: program('1.0.0'), version: '1.0.0', flags: ['-C', 'collector=drc'] };
const gone: ForeignSpec = { ...here, path: join(folder, 'nowhere') };
const engines = (subject: ForeignSpec) => ({ engines: { subjects: [subject], references: ['null'] } }) as const;
const subjectOf = async (spec: ForeignSpec, paths = NONE) => (await recordedEngines(engines(spec), paths))!.subjects[0];

describe('recordedEngines', () => {
  it('are the twins when no others were', async () => {
    expect(await recordedEngines({ engines: undefined }, NONE)).toBeUndefined();
  });

  it('are the recorded programs where they are, whatever the environment names', async () => {
    vi.stubEnv('GCTWIN_WASMTIME', program('2.0.0'));
    expect(await recordedEngines(engines(here), NONE)).toEqual({ subjects: [here], references: ['null'], suppressions: [] });
  });

  it('are those that are told, with the recorded flags', async () => {
    const path = program('3.0.0');
    expect(await subjectOf(here, new Map([['wasmtime', path]]))).toEqual({ ...here, path, version: '3.0.0' });
    expect(await subjectOf(here, new Map([['jsc', path]]))).toEqual(here);
    await expect(subjectOf(here, new Map([['wasmtime', gone.path]]))).rejects.toThrow(EngineError);
  });

  it('are looked for when they are gone', async () => {
    const path = program('4.0.0');
    vi.stubEnv('GCTWIN_WASMTIME', path);
    expect(await subjectOf(gone)).toEqual({ ...gone, path, version: '4.0.0' });
  });

  it('are missed, with the ways out, and with what is wrong with what was found', async () => {
    vi.stubEnv('PATH', '');
    const told = `it was found with wasmtime:drc 1.0.0 (${gone.path} -C collector=drc), which is not here`;
    const wayOut = 'say with --engine-path wasmtime=PATH where it is, or with --subject and --reference which engines to ask';
    await expect(subjectOf(gone)).rejects.toThrow(new AbsentEngineError(`${told}: ${wayOut}`));
    vi.stubEnv('GCTWIN_WASMTIME', join(folder, 'missing'));
    await expect(subjectOf(gone)).rejects.toThrow(new AbsentEngineError(`${told}, and there is no ${join(folder, 'missing')} to run as wasmtime:drc: ${wayOut}`));
  });
});

it('describes the programs that have changed', () => {
  const recorded = engines(gone).engines;
  expect(describeMoves(recorded, recorded)).toEqual([]);
  expect(describeMoves(recorded, { ...recorded, subjects: [{ ...gone, path: '/new', version: '2' }] })).toEqual([`wasmtime:drc 2 at /new is asked in the place of wasmtime:drc 1.0.0 at ${gone.path}`]);
});
