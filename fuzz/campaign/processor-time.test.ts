import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { cpuSecondsOf, cpuSecondsOfChildren } from './processor-time.ts';

/** Works until it has used so much, and then says so. */
const BUSY = 'for (let used = 0; used < 3e5; ) { const { user, system } = process.cpuUsage(); used = user + system; } console.log("done");';

describe.skipIf(process.platform !== 'linux')('processor time', () => {
  it('counts children that run, and goes on counting them when they have ended', async () => {
    const before = cpuSecondsOfChildren()!;
    const child = spawn(process.execPath, ['-e', `${BUSY} process.stdin.resume();`], { stdio: ['pipe', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    const running = cpuSecondsOfChildren()!;
    expect(running - before).toBeGreaterThanOrEqual(0.29);
    expect(cpuSecondsOf(child.pid!)).toBeGreaterThanOrEqual(0.29);
    child.stdin.end();
    await once(child, 'close');
    expect(cpuSecondsOfChildren()!).toBeGreaterThanOrEqual(running);
    expect(cpuSecondsOf(child.pid!)).toBeUndefined();
  });
});
