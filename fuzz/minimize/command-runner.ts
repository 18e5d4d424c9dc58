/**
 * Runs the command that says whether a module is interesting, in the process that asks. Each run has a process group of its own, so that whatever
 * it has started ends with it. Node starts it, not a library: reductions are made of short runs, and this takes half the time of each.
 */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { CommandOptions, CommandOutcome } from './command.ts';
import { CommandError } from './command.ts';
import { HAS_GROUPS, killGroup } from '#util/kill-group.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program',
  EACCES: 'permission is denied: it may not be executable',
  ENOEXEC: 'it is no program',
};

function reasonFor(file: string, code: string | undefined): string | undefined {
  if (code === 'ENOENT' && existsSync(file)) return 'there is no such program as its first line asks for';
  return REASONS[code ?? ''];
}

/** How a process ended, or why it could not be started. */
type Ending =
  | { readonly kind: 'ended'; readonly status: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly kind: 'unstarted'; readonly error: NodeJS.ErrnoException };

function endingOf(process: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    process.on('error', (error) => resolve({ kind: 'unstarted', error }));
    process.on('exit', (status, signal) => resolve({ kind: 'ended', status, signal }));
  });
}

/** @throws CommandError */
function outcomeOf(ending: Ending, file: string): CommandOutcome {
  if (ending.kind === 'unstarted') throw cannotStart(file, ending.error);
  if (ending.status === 0) return { kind: 'holds' };
  return { kind: 'fails', how: ending.signal === null ? `exit status ${ending.status}` : `killed by ${ending.signal}` };
}
function cannotStart(file: string, error: NodeJS.ErrnoException): CommandError {
  return new CommandError(`the test cannot be started: ${file}: ${reasonFor(file, error.code) ?? error.message}`, { cause: error });
}

function start(file: string, args: readonly string[]): ChildProcess {
  try {
    return spawn(file, args, { detached: HAS_GROUPS, stdio: 'ignore' });
  } catch (error) {
    // Some reasons are found before there is a process to tell of them.
    throw cannotStart(file, error as NodeJS.ErrnoException);
  }
}

/** @throws CommandError */
export async function runCommand({ words, timeoutMs }: CommandOptions, path: string, withdrawn: AbortSignal): Promise<CommandOutcome> {
  if (withdrawn.aborted) return { kind: 'withdrawn' };
  const [file, ...args] = words as [string, ...string[]];
  const process = start(file, [...args, path]);
  let timedOut = false;
  const limit = setTimeout(() => {
    timedOut = true;
    killGroup(process.pid);
  }, timeoutMs);
  const onWithdrawn = (): void => killGroup(process.pid);
  withdrawn.addEventListener('abort', onWithdrawn);
  const ending = await endingOf(process);
  clearTimeout(limit);
  withdrawn.removeEventListener('abort', onWithdrawn);
  // What the command has left behind must not outlive its verdict.
  killGroup(process.pid);
  if (withdrawn.aborted) return { kind: 'withdrawn' };
  if (timedOut) return { kind: 'fails', how: `no answer within ${timeoutMs / 1000} s` };
  return outcomeOf(ending, file);
}
