/**
 * When collections happen must not be observable: a Program run under other schedules and another drop policy
 * must be observed alike. Running out of something is the one rightful difference.
 */
import type { Panel } from '#fuzz/engines/panel.ts';
import type { Program } from '#fuzz/program/program.ts';
import { NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { EngineObservation } from './differential.ts';
import { compareObservations } from './differential.ts';
import { engineFault } from './engine-fault.ts';
import { explained } from './explain.ts';
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

function compareVariant(asGenerated: EngineObservation, { name, program }: Variant, panel: Panel): Verdict {
  const variant = { engine: `${asGenerated.engine}, ${name}`, observation: panel.unaudited.run(program) };
  const verdict = engineFault([variant]) ?? explained(compareObservations(asGenerated, variant), program, panel);
  return verdict.kind === 'disagree' ? { ...verdict, failure: { ...verdict.failure, oracle: 'scheduleInvariance' } } : verdict;
}

export const scheduleInvariance: Oracle = {
  name: 'scheduleInvariance',
  needs: 'three more runs of the subject, unaudited',
  every: 4,
  judge: ({ program, subject, panel }: Case) => {
    let result: Verdict = { kind: 'agree' };
    for (const variant of variantsOf(program)) {
      const verdict = compareVariant(subject, variant, panel);
      if (verdict.kind === 'disagree') return verdict;
      if (result.kind === 'agree') result = verdict;
    }
    return result;
  },
};
