/** What was measured, and on what. */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import type { Versions } from './record.ts';

function git(...args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, { encoding: 'utf8', cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

/** @param gctwin version of the package */
export function versionsNow(gctwin: string): Versions {
  const commit = git('rev-parse', '--short=12', 'HEAD') ?? '';
  const changed = git('status', '--porcelain', '--untracked-files=no', '--', '../../src', '../../fuzz') ?? '';
  const [cpu] = cpus();
  return { gctwin, node: process.version, commit: changed === '' ? commit : `${commit}+`, machine: cpu?.model ?? process.arch };
}
