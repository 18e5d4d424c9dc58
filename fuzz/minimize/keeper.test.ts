import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Keeper, replaceFile } from './keeper.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-keeper-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('replaceFile', () => {
  it('leaves the file and nothing else', async () => {
    const path = join(folder, 'a.wasm');
    await replaceFile(path, 'first');
    await replaceFile(path, 'second');
    expect(readFileSync(path, 'utf8')).toBe('second');
    expect(readdirSync(folder)).toEqual(['a.wasm']);
  });

  it('leaves everything as it was when it fails', async () => {
    await expect(replaceFile(join(folder, 'no', 'a.wasm'), 'text')).rejects.toThrow(/ENOENT/);
    // A folder cannot be replaced by a file; by then the new file is written.
    await replaceFile(join(folder, 'kept'), 'text');
    await expect(replaceFile(folder, 'text')).rejects.toThrow(/EISDIR|EEXIST|ENOTEMPTY|EPERM|EBUSY/);
    expect(readdirSync(folder)).toEqual(['kept']);
    expect(readdirSync(join(folder, '..')).filter((name) => name.includes(folder.split('/').at(-1)!))).toHaveLength(1);
  });
});

describe('Keeper', () => {
  it('writes one at a time, and the last of all', async () => {
    const written: number[] = [];
    let under = 0;
    const keeper = new Keeper<number>(
      async (item) => {
        expect(under++).toBe(0);
        await sleep(1);
        under--;
        written.push(item);
      },
      () => expect.unreachable(),
    );
    for (let i = 0; i < 50; i++) {
      keeper.keep(i);
      if (i % 10 === 0) await sleep(2);
    }
    await keeper.finish();
    expect(written.at(-1)).toBe(49);
    expect(written.length).toBeLessThan(50);
    expect(written).toEqual(written.toSorted((a, b) => a - b));
  });

  it('tells of the first failure and writes no more', async () => {
    const errors: unknown[] = [];
    let attempts = 0;
    const keeper = new Keeper<number>(
      async () => {
        attempts++;
        throw new Error('the disk is full');
      },
      (error) => errors.push(error),
    );
    for (let i = 0; i < 3; i++) {
      keeper.keep(i);
      await keeper.finish();
    }
    expect(errors).toHaveLength(1);
    expect(attempts).toBe(1);
  });
});
