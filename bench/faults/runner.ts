/** Makes runs, each in a process of its own, so that none pays for another and none can take the rest down. */
import { fork } from 'node:child_process';
import type { Found, RunRecord, Versions } from './record.ts';
import { RECORD_FORMAT } from './record.ts';
import type { Task } from './task.ts';

const RUN_MAIN = new URL('run-main.ts', import.meta.url);
/** A run tells every second that it is alive while it hunts; replaying and explaining one case takes seconds, on a machine that is not busy. */
const PATIENCE_MS = 300_000;
/** For a process that is no longer wanted to clear up. */
const GRACE_MS = 3000;
const STDERR_BYTES = 2000;

export interface RunRequest {
  readonly task: Task;
  readonly shrinkSeconds: number;
}

/** What a run tells, in this order. */
export type RunMessage =
  | { readonly kind: 'alive' }
  | { readonly kind: 'hunted'; readonly cases: number; readonly cpuSeconds: number; readonly found: Found | null }
  /** Null when the finding is the fault's. */
  | { readonly kind: 'judged'; readonly unrelated: string | null }
  | { readonly kind: 'explained'; readonly guilty: string | null };

export interface RunnerOptions {
  readonly versions: Versions;
  /** Processes at a time; each has one more at work, its worker. */
  readonly jobs: number;
  readonly shrinkSeconds: number;
  readonly interrupted: AbortSignal;
  /** Called for each run as it ends. */
  readonly onEnd: (run: RunRecord) => void;
  readonly patienceMs?: number;
}

/** Makes all runs that there is time for; those under way when it is interrupted leave nothing behind. */
export async function makeRuns(tasks: readonly Task[], options: RunnerOptions): Promise<void> {
  const waiting = [...tasks];
  const work = async (): Promise<void> => {
    for (let task; !options.interrupted.aborted && (task = waiting.shift()) !== undefined; ) {
      const told = await makeRun(task, options);
      if (told !== undefined) options.onEnd(recordOf(task, told, options.versions));
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
}

type Message<Kind extends RunMessage['kind']> = Extract<RunMessage, { readonly kind: Kind }>;

/** What a run has told, and how its process went. */
export interface Told {
  readonly hunted?: Message<'hunted'>;
  readonly judged?: Message<'judged'>;
  readonly explained?: Message<'explained'>;
  readonly end: string;
}

/** @returns undefined when it was interrupted */
async function makeRun(task: Task, { shrinkSeconds, interrupted, patienceMs = PATIENCE_MS }: RunnerOptions): Promise<Told | undefined> {
  const request: RunRequest = { task, shrinkSeconds };
  const child = fork(RUN_MAIN, [JSON.stringify(request)], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let lastWords = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (lastWords = (lastWords + text).slice(-STDERR_BYTES)));
  const kill = (): void => void child.kill('SIGKILL');
  const dismiss = (): void => {
    // Any message will do. One that is gone cannot be told.
    child.send('stop', () => {});
    setTimeout(kill, GRACE_MS).unref();
  };
  let told: Omit<Told, 'end'> = {};
  let silence: NodeJS.Timeout | undefined;
  const listen = (): void => {
    clearTimeout(silence);
    silence = setTimeout(kill, patienceMs);
  };
  interrupted.addEventListener('abort', dismiss);
  process.once('exit', kill);
  try {
    return await new Promise((resolve) => {
      listen();
      child.on('message', (message: RunMessage) => {
        listen();
        told = { ...told, [message.kind]: message };
      });
      child.on('error', (error) => resolve({ ...told, end: error.message }));
      child.on('close', (status, signal) => resolve(interrupted.aborted ? undefined : { ...told, end: `${signal ?? `exit status ${status}`} ${lastWords}`.trim() }));
    });
  } finally {
    clearTimeout(silence);
    interrupted.removeEventListener('abort', dismiss);
    process.off('exit', kill);
  }
}

/** What is known of a run, however far it came. */
export function recordOf(task: Task, { hunted, judged, explained, end }: Told, versions: Versions): RunRecord {
  const run = { ...task, format: RECORD_FORMAT, versions, ended: new Date().toISOString(), reason: '' } as const;
  if (hunted === undefined) return { ...run, outcome: 'failed', cases: 0, cpuSeconds: 0, finding: null, reason: end };
  const { cases, cpuSeconds, found } = hunted;
  const known = { ...run, cases, cpuSeconds, finding: found };
  if (found === null) return { ...known, outcome: 'missed' };
  const reason = judged === undefined ? `the case does not come to its end without the fault: ${end}` : judged.unrelated;
  if (reason !== null) return { ...known, outcome: 'unrelated', reason };
  return { ...known, outcome: 'found', finding: { ...found, guilty: explained?.guilty ?? null } };
}
