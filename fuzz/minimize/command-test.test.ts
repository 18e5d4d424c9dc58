import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandError } from './command.ts';
import { untilDead } from '#test/support/processes.ts';
import { CommandTest } from './command-test.ts';

const BYTES = Uint8Array.of(1, 2, 3);

/** Runs a script on a candidate. */
const KILLED = `
  const { CommandTest } = await import(${JSON.stringify(new URL('command-test.ts', import.meta.url).href)});
  new CommandTest({ words: ['sh', '-c', process.argv[1], 'sh'], timeoutMs: 100_000 }).run(new Uint8Array(1));`;

let folder: string;
let previous: string | undefined;
const open: CommandTest[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-command-'));
  previous = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
});
afterEach(async () => {
  for (const test of open.splice(0)) await test.close();
  if (previous === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = previous;
  rmSync(folder, { recursive: true });
});

function testOf(script: string, timeoutMs = 10_000): CommandTest {
  const test = new CommandTest({ words: ['sh', '-c', script, 'sh'], timeoutMs });
  open.push(test);
  return test;
}
/** Resolves when something has written a process id there. */
async function pidIn(file: string): Promise<number> {
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await sleep(10);
  return Number(readFileSync(file, 'utf8'));
}

describe.skipIf(process.platform === 'win32')('CommandTest', () => {
  it.each([
    ['exit 0', { kind: 'holds' }],
    ['exit 3', { kind: 'fails', how: 'exit status 3' }],
    ['kill -SEGV $$', { kind: 'fails', how: 'killed by SIGSEGV' }],
    ['cmp -s "$1" "$(dirname "$1")/candidate-1.wasm"', { kind: 'holds' }],
    ['test "$(cat "$1" | wc -c)" -eq 3', { kind: 'holds' }],
    ['case "$1" in *.wasm) exit 0;; esac; exit 1', { kind: 'holds' }],
  ])('says of `%s` how it ended', async (script, outcome) => {
    expect(await testOf(script).run(BYTES).outcome).toEqual(outcome);
  });

  it('ends what takes too long, and all that it has started', async () => {
    const pidFile = join(folder, 'pid');
    const { outcome } = testOf(`sleep 100 & echo $! > ${pidFile}; wait`, 300).run(BYTES);
    const pid = await pidIn(pidFile);
    expect(await outcome).toEqual({ kind: 'fails', how: 'no answer within 0.3 s' });
    await untilDead(pid);
  });

  it('ends what a command leaves behind', async () => {
    const pidFile = join(folder, 'pid');
    expect(await testOf(`sleep 100 & echo $! > ${pidFile}`).run(BYTES).outcome).toEqual({ kind: 'holds' });
    await untilDead(await pidIn(pidFile));
  });

  it('ends what is not wanted any more, at any moment', async () => {
    const pidFile = join(folder, 'pid');
    const test = testOf(`echo $$ > ${pidFile}; sleep 100`);
    const running = test.run(BYTES);
    const pid = await pidIn(pidFile);
    running.withdraw();
    expect(await running.outcome).toEqual({ kind: 'withdrawn' });
    await untilDead(pid);
    const early = test.run(BYTES);
    early.withdraw();
    expect(await early.outcome).toEqual({ kind: 'withdrawn' });
  });

  it('leaves no files behind', async () => {
    const test = testOf('exit 0');
    await Promise.all([test.run(BYTES).outcome, test.run(BYTES).outcome]);
    const late = [test.run(BYTES), test.run(BYTES)];
    await test.close();
    expect(readdirSync(folder)).toEqual([]);
    expect(await Promise.all(late.map(({ outcome }) => outcome))).toEqual([{ kind: 'withdrawn' }, { kind: 'withdrawn' }]);
  });

  it('ends what it has started, and removes candidates, when the process is killed', async () => {
    const pidFile = join(folder, 'pid');
    const killed = spawn(process.execPath, ['--input-type=module', '-e', KILLED, `sleep 100 & echo $! > ${pidFile}; wait`], { stdio: 'ignore' });
    const pid = await pidIn(pidFile);
    killed.kill('SIGKILL');
    await untilDead(pid);
    while (readdirSync(folder).length > 1) await sleep(10);
    expect(readdirSync(folder)).toEqual(['pid']);
  }, 60_000);

  it('says why a command cannot be started', async () => {
    const plain = join(folder, 'plain');
    writeFileSync(plain, 'no program', { mode: 0o644 });
    for (const [word, reason] of [['./no-such-program', /no-such-program: there is no such program$/], [plain, /permission is denied/]] as const) {
      const test = new CommandTest({ words: [word], timeoutMs: 1000 });
      open.push(test);
      const failure = test.run(BYTES).outcome;
      await expect(failure).rejects.toThrow(CommandError);
      await expect(failure).rejects.toThrow(reason);
    }
  });

  it('says that a candidate cannot be written', async () => {
    const test = testOf('exit 0');
    rmSync(join(folder, readdirSync(folder)[0]!), { recursive: true });
    await expect(test.run(BYTES).outcome).rejects.toThrow(/a candidate cannot be written/);
  });
});
