/**
 * When collections happen must not be observable: a Program run under other schedules and another drop policy
 * must be observed alike. Running out of something is the one rightful difference.
 */
import type { Program } from '#fuzz/program/program.ts';
import { NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { EngineObservation } from './differential.ts';
import { compareObservations } from './differential.ts';
import type { Case, Oracle } from './oracle.ts';
import type { Verdict } from './verdict.ts';

export interface Variant {
  /** What is different about it. */
  readonly name: string;
  readonly program: Program;
}

/** The same modules and steps otherwise scheduled; the Program as it is comes with none of its own. */
export function variantsOf(program: Program): readonly Variant[] {
  const drops = program.collector.drops === 'immediate' ? 'deferred' : 'immediate';
  const zeal = { ...NO_COLLECTIONS, zeal: 1 };
  return [
    { name: 'no scheduled collections', program: { ...program, schedule: NO_COLLECTIONS } },
    { name: 'zeal 1', program: { ...program, schedule: zeal } },
    { name: 'zeal 1 and the other drops', program: { ...program, schedule: zeal, collector: { ...program.collector, drops } } },
  ];
}

/** @param variant as observed */
function compareVariant(asGenerated: EngineObservation, variant: EngineObservation, name: string): Verdict {
  const last = variant.observation.outcomes.at(-1);
  if (last?.kind === 'faulted') {
    const { invariant, operation, holders, message } = last.fault;
    return disagree(`${name}: ${invariant}`, operation, holders, `${variant.engine}: ${message}`);
  }
  const verdict = compareObservations(asGenerated, variant);
  if (verdict.kind !== 'disagree') return verdict;
  const { invariant, operation, holders, message } = verdict.failure;
  return disagree(`${name}: ${invariant}`, operation, holders, message);
}
function disagree(invariant: string, operation: string, holders: readonly string[], message: string): Verdict {
  return { kind: 'disagree', failure: { oracle: 'scheduleInvariance', invariant, operation, holders, message } };
}

export const scheduleInvariance: Oracle = {
  name: 'scheduleInvariance',
  needs: 'three more runs of the subject, unaudited',
  every: 4,
  judge: ({ program, subject, panel }: Case) => {
    let result: Verdict = { kind: 'agree' };
    for (const variant of variantsOf(program)) {
      const observation = panel.unaudited.run(variant.program);
      const verdict = compareVariant(subject, { engine: `${subject.engine}, ${variant.name}`, observation }, variant.name);
      if (verdict.kind === 'disagree') return verdict;
      if (result.kind === 'agree') result = verdict;
    }
    return result;
  },
};
