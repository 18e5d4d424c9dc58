/** The oracles, in the order in which they are asked. */
import type { EngineObservation } from './differential.ts';
import { compareObservations } from './differential.ts';
import { engineFault } from './engine-fault.ts';
import type { Verdict } from './verdict.ts';

/**
 * Judges a case by what engines let us see of it, each compared with the first.
 * A fault beats a difference, a difference beats a limit.
 */
export function judge(observations: readonly EngineObservation[]): Verdict {
  const fault = engineFault(observations);
  if (fault !== undefined) return fault;
  const [first, ...others] = observations;
  const verdicts = others.map((other) => compareObservations(first!, other));
  return (
    verdicts.find(({ kind }) => kind === 'disagree') ?? verdicts.find(({ kind }) => kind === 'inconclusive') ?? { kind: 'agree' }
  );
}
