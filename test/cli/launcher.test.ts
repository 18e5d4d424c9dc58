/** The launcher as a process of its own: which Node it runs on, and how it ends. */
import { spawn } from 'node:child_process';
import { closeSync, cpSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const launcher = fileURLToPath(new URL('../../scripts/gctwin.js', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-launcher-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [out, err, status] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { status, out, err };
}

/** Arguments that make the Node of this test say, until it starts another, that it is an older one. */
function pretendingToBeNode20(): readonly string[] {
  const file = join(folder, 'pretend.cjs');
  writeFileSync(
    file,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });
     process.execPath = '/usr/bin/node';`,
  );
  return ['--require', file];
}

describe('the launcher', () => {
  it('starts the command line', async () => {
    expect(await run(launcher, '--version')).toEqual({ status: 0, out: '0.1.0\n', err: '' });
  });

  it('hands over to the pinned Node when started by another, exit status included', async () => {
    const older = pretendingToBeNode20();
    expect(await run(...older, launcher, '--version')).toEqual({ status: 0, out: '0.1.0\n', err: '' });
    expect((await run(...older, launcher, 'no-such-command')).status).toBe(2);
  });

  it('says what to do when the pinned Node is not installed', async () => {
    const copy = join(folder, 'scripts', 'gctwin.js');
    cpSync(launcher, copy);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    expect(await run(...pretendingToBeNode20(), copy, '--version')).toEqual({
      status: 2,
      out: '',
      err: expect.stringMatching(/^gctwin needs Node 26, .* run `npm ci` first\.\n$/),
    });
  });

  it.skipIf(!existsSync('/dev/full'))('ends with status 2 and one sentence when its output has no room', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [launcher, '--help'], { stdio: ['ignore', full, 'pipe'] });
    const closed = new Promise((resolve) => child.on('close', resolve));
    const err = await text(child.stderr!);
    closeSync(full);
    expect(await closed).toBe(2);
    expect(err).toMatch(/^gctwin: cannot write to standard output: ENOSPC.*\.\n$/);
  });

  it('starts whatever GCTWIN_LOG says', async () => {
    const { status, out, err } = await run('--eval', `process.env.GCTWIN_LOG = 'loud'; process.argv = [0, 0, '--version']; import(${JSON.stringify(launcher)})`);
    expect({ status, out }).toEqual({ status: 0, out: '0.1.0\n' });
    expect(JSON.parse(err)).toMatchObject({ level: 40, msg: expect.stringMatching(/^GCTWIN_LOG is "loud", which is none of silent, trace/) });
  });

  it('ends with status 2 and one sentence on a bad command line', async () => {
    const { status, out, err } = await run(launcher, 'no-such-command');
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it('ends quietly when its reader goes away', async () => {
    const child = spawn(process.execPath, [launcher, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    const closed = new Promise((resolve) => child.on('exit', resolve));
    expect(await text(child.stderr)).toBe('');
    expect(await closed).toBe(0);
  });
});
