/** Has the collector under test looked at more closely when its results are wrong, though no look inside has found anything. */
import type { Panel } from '#fuzz/engines/panel.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { Verdict } from './verdict.ts';

/**
 * @param program of which the verdict speaks
 * @returns the verdict with the blame of what looks at every safe point, if it sees anything
 */
export function explained(verdict: Verdict, program: Program, { suspect }: Panel): Verdict {
  if (verdict.kind !== 'disagree' || verdict.failure.oracle !== 'differential') return verdict;
  const last = suspect?.run(program).outcomes.at(-1);
  if (last?.kind !== 'faulted' || last.fault.defect === undefined) return verdict;
  const { defect, operation, holders, message } = last.fault;
  return { kind: 'disagree', failure: { ...verdict.failure, defect, operation, holders, message: `${verdict.failure.message}\n${message}` } };
}
