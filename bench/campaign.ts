/**
 * Cases per second on one core, from seed to verdict with all oracles of the process on, and with feedback: of `mixed`, mutated and
 * fresh, and of each profile. Against binaryen building and emitting a module of about 900 bytes, in the same run, which takes place in a
 * process like a worker's.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { WORKER_FLAGS } from '#fuzz/campaign/worker-flags.ts';
import type { Bench, BenchResult } from './result.ts';

async function run(): Promise<readonly BenchResult[]> {
  const child = fork(new URL('campaign-main.ts', import.meta.url), { execArgv: [...WORKER_FLAGS] });
  let results: readonly BenchResult[] | undefined;
  child.on('message', (message) => (results = message as readonly BenchResult[]));
  await once(child, 'close');
  if (results === undefined) throw new Error('the process that measures cases has broken down');
  return results;
}

export const bench: Bench = { name: 'campaign', run };
