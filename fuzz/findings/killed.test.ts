/** A finding that takes the place of another is there as a whole, or the other is, whenever the process ends. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '#fuzz/generators/random.ts';
import { ALTERNATIVES } from '#test/support/overwritten-finding.ts';
import { NEXT_FOLDER, RECORD_FILE } from './files.ts';
import { readFinding } from './read.ts';
import { putFinding } from './write.ts';

const WRITER = fileURLToPath(new URL('../../test/support/overwritten-finding.ts', import.meta.url));
/** How often it is killed. */
const KILLS = Number(process.env['GCTWIN_KILLS'] ?? 8);
const [ONE, TWO] = ALTERNATIVES as [(typeof ALTERNATIVES)[0], (typeof ALTERNATIVES)[0]];

let around: string;
let folder: string;
beforeEach(() => {
  around = mkdtempSync(join(tmpdir(), 'gctwin-killed-finding-'));
  folder = join(around, 'finding');
});
afterEach(() => rmSync(around, { recursive: true }));

describe('a finding that is overwritten', () => {
  it('is one of both when the process is killed at random moments', async () => {
    const random = new Random(1);
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, [WRITER, folder], { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.on('exit', resolve));
      // The folder is there from the second round on, so wait for a little more than the start.
      while (!existsSync(folder)) await sleep(1);
      await sleep(kill === 0 ? 0 : random.int(150, 400));
      child.kill('SIGKILL');
      await ended;
      const { program, origin } = readFinding(folder);
      expect(program).toEqual(ALTERNATIVES[origin.generatorSeed - 1]!.program);
    }
    putFinding(folder, ONE);
    const files = readdirSync(folder);
    putFinding(join(around, 'fresh'), ONE);
    expect(files).toEqual(readdirSync(join(around, 'fresh')));
  }, 60_000 + 5000 * KILLS);

  it('is the new one as soon as that is there, and the old one when its files are about to go', () => {
    putFinding(folder, ONE);
    putFinding(join(around, 'other'), TWO);
    const next = join(folder, NEXT_FOLDER);
    renameSync(join(around, 'other'), next);
    expect(readFinding(folder)).toEqual(TWO);
    rmSync(join(next, RECORD_FILE));
    expect(readFinding(folder)).toEqual(ONE);
    putFinding(folder, TWO);
    expect(readFinding(folder)).toEqual(TWO);
    expect(existsSync(next)).toBe(false);
  });

  it('keeps nothing of the old one, nor of what was never finished', () => {
    putFinding(folder, TWO);
    mkdirSync(join(folder, '.new-xyz'));
    writeFileSync(join(folder, '.new-xyz', 'module.wasm'), '');
    putFinding(folder, ONE);
    putFinding(join(around, 'fresh'), ONE);
    expect(readdirSync(folder)).toEqual(readdirSync(join(around, 'fresh')));
    expect(readdirSync(around).toSorted()).toEqual(['finding', 'fresh']);
  });
});
