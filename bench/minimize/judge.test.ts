import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encode } from '#wasm/binary/encode.ts';
import { parse } from '#wasm/text/parse.ts';
import { evidenceOf } from './evidence.ts';
import { Judge } from './judge.ts';

const FAULT = 'const-expr-nested-no-clone';
const GUILTY = parse('(module (type $s (struct)) (type $a (array (ref $s))) (global (ref $a) (array.new_fixed $a 1 (struct.new $s))))');
const INNOCENT = parse('(module (type $s (struct)) (global (ref $s) (struct.new $s)))');

let folder: string;
let judge: Judge;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-judge-'));
  const bytes = encode(GUILTY);
  judge = new Judge({ name: 'one', bytes, fault: FAULT, signature: evidenceOf(FAULT)(GUILTY)! }, folder);
});
afterEach(() => {
  judge[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

async function statusFor(content: Uint8Array | string | undefined, name = 'candidate.wasm'): Promise<number | undefined> {
  const path = join(folder, name);
  if (content !== undefined) writeFileSync(path, content);
  return (await execa(judge.command, [path], { reject: false })).exitCode;
}

describe.skipIf(process.platform === 'win32')('the command of a Judge', () => {
  it('ends with status 0 for what fails as the input does, and with 1 for all else', async () => {
    expect(await statusFor(encode(GUILTY))).toBe(0);
    expect(await statusFor(encode(INNOCENT))).toBe(1);
    expect(await statusFor('no module')).toBe(1);
    expect(await statusFor(undefined, 'not-there.wasm')).toBe(1);
    expect(judge.asked).toBe(4);
  });

  it('answers everybody who asks at the same time', async () => {
    const statuses = await Promise.all([GUILTY, INNOCENT, GUILTY].map((module, i) => statusFor(encode(module), `candidate ${i}.wasm`)));
    expect(statuses).toEqual([0, 1, 0]);
  });

  it('goes on when somebody is killed while waiting', async () => {
    const asking = execa(judge.command, [join(folder, 'candidate.wasm')], { reject: false });
    asking.kill('SIGKILL');
    await asking;
    expect(await statusFor(encode(GUILTY))).toBe(0);
  });
});
