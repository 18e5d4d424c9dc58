import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Plan } from './plan.ts';
import { EPOCH_CASES, WHOLE } from './plan.ts';
import { cpuSecondsOf } from './processor-time.ts';
import { WorkerProcess } from './worker-process.ts';

const PLAN: Plan = { seed: 1, profiles: [], fault: undefined, oracles: [], shard: WHOLE, mutations: 0, epochCases: EPOCH_CASES };
/** Never answers. */
const BUSY = 'process.on("message", () => { for (;;); }); process.send({ kind: "ready" });';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gctwin-worker-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('WorkerProcess', () => {
  it.skipIf(process.platform !== 'linux')('tells what a process has used that is ended while it works', async () => {
    const entry = join(folder, 'busy.mjs');
    writeFileSync(entry, BUSY);
    const worker = new WorkerProcess(pathToFileURL(entry), PLAN);
    const answer = worker.ask({ kind: 'batch', batch: { first: 0, count: 1, stopAtFailure: false }, corpus: { cases: 0, candidates: [] }, careful: false }, Number.POSITIVE_INFINITY);
    await vi.waitUntil(() => cpuSecondsOf(worker.pid!)! >= 0.3, { timeout: 30_000 });
    expect(worker.usage.cpuSeconds).toBe(0);
    await worker.end();
    expect(worker.usage.cpuSeconds).toBeGreaterThanOrEqual(0.3);
    expect(await answer).toMatchObject({ kind: 'dead', how: 'SIGKILL', started: true });
  }, 60_000);
});
