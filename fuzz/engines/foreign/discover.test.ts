import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { discover, rediscover } from './discover.ts';
import { EngineError } from './engine-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'gctwin-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fakePath(name: string, content: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

/** A program that tells of itself, whatever it is asked. */
function answering(text: string): string {
  return fakePath('answering', `#!/bin/sh\ncat << END\n${text}\nEND\n`);
}

describe('discover', () => {
  it('takes the path that it is told, and asks for the version', async () => {
    const path = answering('wasmtime 99.1.0 (0123456 2099-01-01)');
    expect(await discover('wasmtime:null', new Map([['wasmtime', path]]))).toMatchObject({ name: 'wasmtime:null', path, version: '99.1.0' });
  });

  it('says so when there is no room for files', async () => {
    const path = answering('wasmtime 99.1.0');
    for (const variable of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(variable, join(folder, 'nowhere'));
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(discover('wasmtime:drc', new Map([['wasmtime', path]]))).rejects.toThrow(/cannot be written: set TMPDIR/);
  });

  it('hands flags on through a program that V8 is embedded in, and tells the version of V8', async () => {
    const path = answering('deno 9.8.7 (stable)\nv8 99.1.2.3-rusty\ntypescript 6.5.4');
    const spec = await discover('v8:liftoff', new Map([['v8', path]]));
    expect(spec.version).toBe('99.1.2.3-rusty');
    expect(spec.flags).toEqual(['run', ...Array.from({ length: 6 }, () => expect.stringMatching(/^--(quiet|no-)/)), '--v8-flags=--expose-gc,--liftoff-only']);
    expect(spec.environment).toEqual({ DENO_NO_UPDATE_CHECK: '1' });
  });

  it('asks Node for the version of its V8', async () => {
    expect(await discover('v8', new Map())).toMatchObject({ path: process.execPath, version: process.versions.v8, flags: ['--expose-gc'] });
  });

  it('has no variants of what hands no flags on', async () => {
    const paths = new Map([['spidermonkey', answering('9.8.7')]]);
    expect(await discover('spidermonkey', paths)).toMatchObject({ version: '9.8.7', flags: [] });
    await expect(discover('spidermonkey:ion', paths)).rejects.toThrow(/hands no flags on to its engine, so that there is no spidermonkey:ion: /);
    expect(await discover('spidermonkey:ion', new Map([['spidermonkey', answering('JavaScript-C140.1.0')]]))).toMatchObject({ version: '140.1.0' });
  });

  it('takes the version of a shell of V8', async () => {
    expect(await discover('v8', new Map([['v8', answering('V8 version 99.1.2.3')]]))).toMatchObject({ version: '99.1.2.3', flags: ['--expose-gc'] });
  });

  it('takes a shell that tells no version, if it is one', async () => {
    const path = fakePath('jsc', '#!/bin/sh\ntest "$1" = -e && echo 42\n');
    expect(await discover('jsc', new Map([['jsc', path]]))).toMatchObject({ name: 'jsc', path, version: 'unknown' });
  });

  it.each([
    ['missing', () => join(folder, 'nowhere'), 'there is no'],
    ['not executable', () => fakePath('plain', 'text', 0o644), 'is not executable'],
    ['no engine', () => fakePath('silent', '#!/bin/sh\n'), 'tells no version'],
    ['broken', () => fakePath('broken', '#!/bin/sh\nexit 1\n'), 'fails'],
  ])('says so when the program is %s', async (_, path, message) => {
    const error: unknown = await discover('wasmtime:drc', new Map([['wasmtime', path()]])).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as Error).message).toContain(message);
  });
});

describe('rediscover', () => {
  const recorded = { name: 'wasmtime:drc', family: 'wasmtime', path: '/nowhere/wasmtime', version: '1', flags: ['-C', 'collector=drc'] };

  it('runs the program of the variant or of the family, with the flags that it had', async () => {
    const path = answering('wasmtime 99.1.0');
    const again = { ...recorded, path, version: '99.1.0' };
    expect(await rediscover(recorded, new Map([['wasmtime', path]]))).toEqual(again);
    expect(await rediscover(recorded, new Map([['wasmtime', '/nowhere'], ['wasmtime:drc', path]]))).toEqual(again);
  });

  it('finds what the environment names, or nothing', async () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('PATH', '');
    vi.stubEnv('GCTWIN_WASMTIME', undefined);
    expect(await rediscover(recorded, new Map())).toBeUndefined();
    expect(await rediscover({ ...recorded, family: 'wasm2077' }, new Map())).toBeUndefined();
    const path = answering('wasmtime 99.1.0');
    vi.stubEnv('PATH', '/bin:/usr/bin');
    vi.stubEnv('GCTWIN_WASMTIME', path);
    expect(await rediscover(recorded, new Map())).toMatchObject({ path });
    vi.stubEnv('GCTWIN_WASMTIME', join(folder, 'nowhere'));
    await expect(rediscover(recorded, new Map())).rejects.toThrow(EngineError);
  });

  it('hands the flags of a variant on as the program wants them', async () => {
    const node = { name: 'v8:liftoff', family: 'v8', path: process.execPath, version: '14', flags: ['--expose-gc', '--liftoff-only'] };
    const deno = await rediscover(node, new Map([['v8', answering('deno 9.8.7 (stable)\nv8 99.1.2.3-rusty')]]));
    expect(deno).toMatchObject({ version: '99.1.2.3-rusty', flags: expect.arrayContaining(['run', '--v8-flags=--expose-gc,--liftoff-only']), environment: { DENO_NO_UPDATE_CHECK: '1' } });
    expect((await rediscover(deno!, new Map()))!.flags).toEqual(node.flags);
    expect((await rediscover({ ...node, flags: ['--mine'] }, new Map([['v8', answering('deno 9.8.7 (stable)\nv8 99.1.2.3-rusty')]])))!.flags).toEqual(['--mine']);
  });
});
