/** Shows a planted bug on the module that was made for it: without it, with it, and with it under the matrix of settings. */
import { ALL_ORACLES, twins } from '#fuzz/campaign/twins.ts';
import type { Fault } from '#fuzz/faults/fault.ts';
import type { Reader } from '#fuzz/oracles/readers.ts';
import type { OracleName, Verdict } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import { settingsOf } from './settings.ts';

export interface Demonstration {
  readonly healthy: Verdict;
  readonly planted: Verdict;
  /** How many settings there are, and under how many of them each oracle was the first to catch it. */
  readonly settings: number;
  readonly catches: ReadonlyMap<OracleName, number>;
}

export function demonstrate(fault: Fault, program: Program, readers: readonly Reader[]): Demonstration {
  const healthy = twins({ fault: undefined, oracles: ALL_ORACLES, readers }).examine(program);
  const planted = twins({ fault, oracles: ALL_ORACLES, readers });
  const verdicts = [...settingsOf(program)].map((setting) => planted.examine(setting.program).verdict);
  const catches = new Map<OracleName, number>();
  for (const verdict of verdicts) {
    if (verdict.kind === 'disagree') catches.set(verdict.failure.oracle, (catches.get(verdict.failure.oracle) ?? 0) + 1);
  }
  return { healthy: healthy.verdict, planted: planted.examine(program).verdict, settings: verdicts.length, catches };
}

/** Whether it shows what the fault says of itself. */
export function isAsTold({ caughtBy }: Fault, { healthy, planted }: Demonstration): boolean {
  if (healthy.kind === 'disagree') return false;
  return planted.kind === 'disagree' ? caughtBy.includes(planted.failure.oracle) : caughtBy.length === 0;
}
