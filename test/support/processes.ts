/** Whether processes are there, for tests that see to it that they are not. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 10;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // Someone has to be told of its end before it is gone.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[2] !== 'Z';
  } catch {
    return false;
  }
}

/** Resolves when it has ended. */
export async function untilDead(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(LOOK_MS);
}
