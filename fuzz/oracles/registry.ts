/** The oracles, in the order in which they are asked: the cheap and exact ones first. */
import { budget } from './budget.ts';
import type { EngineObservation } from './differential.ts';
import { compareObservations } from './differential.ts';
import { engineFault } from './engine-fault.ts';
import { hostLifetimes } from './host-lifetimes.ts';
import { interruption } from './interruption.ts';
import type { Oracle } from './oracle.ts';
import type { Reader } from './readers.ts';
import { roundTrip } from './round-trip.ts';
import { scheduleInvariance } from './schedule-invariance.ts';
import { v8 } from './v8.ts';
import { validity } from './validity.ts';
import type { Verdict } from './verdict.ts';

/**
 * Judges a case by what engines let us see of it, each compared with the first. All other oracles come after.
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

/** @param readers of modules; without any, there is no round trip */
export function oraclesWith(readers: readonly Reader[]): readonly Oracle[] {
  const all = [validity, hostLifetimes, budget, v8, scheduleInvariance, interruption];
  return readers.length === 0 ? all : [...all, roundTrip(readers)];
}
