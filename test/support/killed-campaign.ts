/**
 * Runs one campaign in many sessions, each of which is killed at a random moment: all of it or one of its workers. By itself:
 * `node test/support/killed-campaign.ts KILLS [SEED [CASES]]`.
 */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { State } from '#fuzz/campaign/state.ts';
import { findFindings, readFinding } from '#fuzz/findings/read.ts';
import { Random } from '#fuzz/generators/random.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import { bytesOf } from '#fuzz/program/size.ts';

const LAUNCHER = fileURLToPath(new URL('../../scripts/gctwin.js', import.meta.url));

/** Without oracles that run a case again: what is tested here is the campaign. */
export const CHEAP: readonly string[] = ['v8', 'scheduleInvariance', 'interruption', 'roundTrip'].flatMap((name) => ['--no-oracle', name]);

export interface KilledOptions {
  readonly folder: string;
  readonly kills: number;
  readonly runs: number;
  readonly random: Random;
  /** Something is killed at most this long after the session's start, or after it has first written something down. */
  readonly maxMs: number;
}
export interface Killed {
  readonly parents: number;
  readonly workers: number;
  /** Cases that the file said were done after each kill of a parent. */
  readonly cases: readonly number[];
}

function start(folder: string, runs: number): ChildProcess {
  const args = ['fuzz', '--fault', 'array-copy-release-before-count', '--seed', '1', '--profile', 'self-copy', '--workers', '2', ...CHEAP];
  return spawn(process.execPath, [LAUNCHER, ...args, '--runs', String(runs), '--resume', '--crashes', folder], { stdio: 'ignore' });
}
function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on('exit', (status) => resolve(status)));
}
/** Empty where there is no /proc. */
function childrenOf({ pid }: ChildProcess): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Resolves when a session has written something down: to the log that SQLite keeps beside the file, which is empty at first. */
async function progress(folder: string, child: ChildProcess): Promise<void> {
  const size = (): number => statSync(join(folder, 'campaign.sqlite-wal'), { throwIfNoEntry: false })?.size ?? 0;
  while (child.exitCode === null && size() === 0) await sleep(20);
}

export interface Result {
  readonly cases: number;
  /** What was found, without times. */
  readonly findings: readonly object[];
  /** Signature and size by folder. */
  readonly folders: readonly object[];
  /** Positions of the Programs in the corpus. */
  readonly corpus: readonly number[];
}
/** @throws Error when the file is not sound */
export function resultIn(folder: string): Result {
  const state = State.open(join(folder, 'campaign.sqlite'));
  try {
    if (!state.isSound()) throw new Error('the database must be sound');
    const findings = state.findings().map(({ signature, cases, firstCase, lastCase, settled, finding }) => ({ signature, cases, firstCase, lastCase, settled, bytes: bytesOf(finding.program) }));
    const folders = findFindings(folder).map((path) => readFinding(path)).map(({ failure, program }) => ({ signature: signatureOf(failure), bytes: bytesOf(program) }));
    return { cases: state.progress.cases, findings, folders, corpus: state.candidates().map(({ position }) => position) };
  } finally {
    state.close();
  }
}

/** Sessions until all kills are done, then one that is left alone. */
export async function runKilled({ folder, kills, runs, random, maxMs }: KilledOptions): Promise<Killed> {
  let parents = 0;
  let workers = 0;
  const cases: number[] = [];
  while (parents + workers < kills) {
    const child = start(folder, runs);
    const exit = ended(child);
    if (random.chance(0.8)) await progress(folder, child);
    while (parents + workers < kills) {
      const isOver = await Promise.race([exit.then(() => true), sleep(random.int(200, maxMs)).then(() => false)]);
      if (isOver) break;
      const children = childrenOf(child);
      if (children.length > 0 && random.chance(0.4)) {
        process.kill(random.pick(children), 'SIGKILL');
        workers++;
        continue;
      }
      child.kill('SIGKILL');
      await exit;
      parents++;
      cases.push(existsSync(join(folder, 'campaign.sqlite')) ? resultIn(folder).cases : 0);
      break;
    }
    await exit;
  }
  await ended(start(folder, runs));
  return { parents, workers, cases };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [kills = 50, seed = 1, runs = 20_000] = process.argv.slice(2).map(Number);
  const folder = mkdtempSync(join(tmpdir(), 'gctwin-killed-'));
  try {
    await ended(start(join(folder, 'whole'), runs));
    const expected = resultIn(join(folder, 'whole'));
    const killed = await runKilled({ folder: join(folder, 'killed'), kills, runs, random: new Random(seed), maxMs: 3000 });
    const got = resultIn(join(folder, 'killed'));
    const withWorkLeft = killed.cases.filter((cases) => cases < runs).length;
    console.log(JSON.stringify({ ...killed, withWorkLeft, findings: got.findings.length, corpus: got.corpus.length, same: JSON.stringify(got) === JSON.stringify(expected) }));
    if (JSON.stringify(got) !== JSON.stringify(expected)) console.log(JSON.stringify({ expected, got }, undefined, 1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
