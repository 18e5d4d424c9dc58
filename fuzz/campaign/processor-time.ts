/** Processor time of processes, where the system tells: on Linux, from proc_pid_stat(5). Elsewhere only that of our own processes is known. */
import { readFileSync, readdirSync } from 'node:fs';

/** Linux counts in hundredths of a second. */
const TICKS_PER_SECOND = 100;

interface ProcessTimes {
  readonly parent: number;
  /** Seconds of its own. */
  readonly own: number;
  /** Seconds of its children that have ended, and of theirs. */
  readonly ended: number;
}

/** @returns undefined when there is no such process, or no telling */
function timesOf(pid: number | 'self'): ProcessTimes | undefined {
  try {
    // The name, in parentheses, may hold anything; its parent is the 2nd word behind it, and the times are the 12th to 15th.
    const words = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ').map(Number);
    const seconds = (at: number): number => (words[at]! + words[at + 1]!) / TICKS_PER_SECOND;
    return { parent: words[1]!, own: seconds(11), ended: seconds(13) };
  } catch {
    return undefined;
  }
}

function processes(): readonly number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** Those that a process has started and that still run; none where there is no telling. */
export function childrenOf(pid: number): readonly number[] {
  return processes().filter((child) => timesOf(child)?.parent === pid);
}

/** Seconds of children that still run. Looks at every process of the machine. */
function runningChildrenOf(pid: number): number {
  const children = processes().map(timesOf).filter((times) => times?.parent === pid);
  return children.reduce((sum, times) => sum + times!.own + times!.ended, 0);
}

/** What a process and its children have used, those that have ended and those that still run. */
export function cpuSecondsOf(pid: number): number | undefined {
  const times = timesOf(pid);
  return times && times.own + times.ended + runningChildrenOf(pid);
}

/** What children of this process have used, those that have ended and those that still run. */
export function cpuSecondsOfChildren(): number | undefined {
  const self = timesOf('self');
  return self && self.ended + runningChildrenOf(process.pid);
}
