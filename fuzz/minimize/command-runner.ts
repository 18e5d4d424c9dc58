/**
 * Runs the command that says whether a module is interesting, in the process that asks. Each run has a process group of its own, so that whatever
 * it has started ends with it.
 */
import { existsSync } from 'node:fs';
import { execa } from 'execa';
import type { CommandOptions, CommandOutcome } from './command.ts';
import { CommandError } from './command.ts';
import { HAS_GROUPS, killGroup } from './kill-group.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program',
  EACCES: 'permission is denied: it may not be executable',
  ENOEXEC: 'it is no program',
};

function reasonFor(file: string, code: string | undefined): string | undefined {
  if (code === 'ENOENT' && existsSync(file)) return 'there is no such program as its first line asks for';
  return REASONS[code ?? ''];
}

/** @throws CommandError */
export async function runCommand({ words, timeoutMs }: CommandOptions, path: string, withdrawn: AbortSignal): Promise<CommandOutcome> {
  if (withdrawn.aborted) return { kind: 'withdrawn' };
  const [file, ...args] = words as [string, ...string[]];
  const process = execa(file, [...args, path], { detached: HAS_GROUPS, stdio: 'ignore', reject: false });
  let timedOut = false;
  const limit = setTimeout(() => {
    timedOut = true;
    killGroup(process.pid);
  }, timeoutMs);
  const onWithdrawn = (): void => killGroup(process.pid);
  withdrawn.addEventListener('abort', onWithdrawn);
  const { exitCode, signal, code, originalMessage } = await process;
  clearTimeout(limit);
  withdrawn.removeEventListener('abort', onWithdrawn);
  // What the command has left behind must not outlive its verdict.
  killGroup(process.pid);
  if (withdrawn.aborted) return { kind: 'withdrawn' };
  if (timedOut) return { kind: 'fails', how: `no answer within ${timeoutMs / 1000} s` };
  if (exitCode === 0) return { kind: 'holds' };
  if (exitCode !== undefined) return { kind: 'fails', how: `exit status ${exitCode}` };
  if (signal !== undefined) return { kind: 'fails', how: `killed by ${signal}` };
  throw new CommandError(`the test cannot be started: ${file}: ${reasonFor(file, code) ?? originalMessage ?? 'for no known reason'}`);
}
