/** An engine that breaks an invariant of its own is wrong, whatever the others say. */
import type { EngineObservation } from './differential.ts';
import type { Verdict } from './verdict.ts';

/** @returns undefined when no engine has reported a fault */
export function engineFault(observations: readonly EngineObservation[]): Verdict | undefined {
  for (const { engine, observation } of observations) {
    const last = observation.outcomes.at(-1);
    if (last?.kind !== 'faulted') continue;
    const { message, ...fault } = last.fault;
    return { kind: 'disagree', failure: { ...fault, message: `${engine}: ${message}` } };
  }
  return undefined;
}
