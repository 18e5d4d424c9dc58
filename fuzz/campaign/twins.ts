/** What a case is run on: the twins, one of them with a planted fault or not, and the oracles that may speak. */
import type { Observation } from '#fuzz/engines/observation.ts';
import { DEFAULT_ENGINE_OPTIONS, interpreterEngine, nullEngine } from '#fuzz/engines/interpreter.ts';
import type { EngineOptions } from '#fuzz/engines/run.ts';
import type { Fault } from '#fuzz/faults/fault.ts';
import { judge } from '#fuzz/oracles/registry.ts';
import type { OracleName, Verdict } from '#fuzz/oracles/verdict.ts';
import { ORACLE_NAMES } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import { PARTS } from '#runtime/parts.ts';

export interface TwinsOptions {
  /** Planted in `drc`. */
  readonly fault: Fault | undefined;
  /** Oracles that may speak. */
  readonly oracles: ReadonlySet<OracleName>;
}

export interface Judged {
  readonly verdict: Verdict;
  /** Of `drc`, the collector under test. */
  readonly observation: Observation;
}

export const ALL_ORACLES: ReadonlySet<OracleName> = new Set(ORACLE_NAMES);
const AUDITS: readonly OracleName[] = ['audit', 'stackScan', 'leakCheck'];

/** The engine looks for nothing that no oracle would be allowed to say. */
function engineOptions(oracles: ReadonlySet<OracleName>): EngineOptions {
  return AUDITS.some((name) => oracles.has(name)) ? DEFAULT_ENGINE_OPTIONS : { ...DEFAULT_ENGINE_OPTIONS, audit: 'off' };
}

/** Runs a Program on both and judges. Does not throw. */
export type Twins = (program: Program) => Judged;

export function twins({ fault, oracles }: TwinsOptions): Twins {
  const options = engineOptions(oracles);
  const reference = nullEngine({ ...options, audit: 'off' });
  const subject = interpreterEngine('drc', fault === undefined ? PARTS.drc : fault.plant(PARTS.drc), options);
  return (program) => {
    const expected = reference.run(program);
    const observation = subject.run(program);
    const verdict = judge([
      { engine: reference.name, observation: expected },
      { engine: subject.name, observation },
    ]);
    return { verdict: silenced(verdict, oracles), observation };
  };
}

/** An oracle that is off says nothing, but the run has ended where it spoke. */
function silenced(verdict: Verdict, oracles: ReadonlySet<OracleName>): Verdict {
  if (verdict.kind !== 'disagree' || oracles.has(verdict.failure.oracle)) return verdict;
  return { kind: 'inconclusive', reason: `${verdict.failure.oracle} is off` };
}
