/** What a case is run on and judged by: the twins, one of them with a planted fault or not, and the oracles that may speak. */
import type { Engine } from '#fuzz/engines/engine.ts';
import { DEFAULT_ENGINE_OPTIONS } from '#fuzz/engines/interpreter.ts';
import { panelOf } from '#fuzz/engines/panel.ts';
import type { EngineOptions } from '#fuzz/engines/run.ts';
import { AUDITORS } from '#fuzz/engines/run.ts';
import type { Fault } from '#fuzz/faults/fault.ts';
import { partsWith } from '#fuzz/faults/parts-with.ts';
import type { Jury } from '#fuzz/oracles/examine.ts';
import { examine, examineAll } from '#fuzz/oracles/examine.ts';
import type { Oracle } from '#fuzz/oracles/oracle.ts';
import type { Reader } from '#fuzz/oracles/readers.ts';
import { oraclesWith } from '#fuzz/oracles/registry.ts';
import type { OracleName } from '#fuzz/oracles/verdict.ts';
import { ORACLE_NAMES } from '#fuzz/oracles/verdict.ts';
import { Stopwatch } from './stopwatch.ts';

export interface TwinsOptions {
  /** Planted in `drc`, and in `null` as well if they share the code. */
  readonly fault: Fault | undefined;
  /** Oracles that may speak. */
  readonly oracles: ReadonlySet<OracleName>;
  /** For the round trip; without any there is none. */
  readonly readers?: readonly Reader[];
  readonly stopwatch?: Stopwatch;
}

export const ALL_ORACLES: ReadonlySet<OracleName> = new Set(ORACLE_NAMES);

/** Audits look for nothing that no oracle would be allowed to say, so that a run goes on to where someone else may notice. */
function engineOptions(oracles: ReadonlySet<OracleName>): EngineOptions {
  const without = AUDITORS.filter((name) => !oracles.has(name));
  return without.length < AUDITORS.length ? { ...DEFAULT_ENGINE_OPTIONS, without } : { ...DEFAULT_ENGINE_OPTIONS, audit: 'off' };
}

export function twins({ fault, oracles: admitted, readers = [], stopwatch = new Stopwatch() }: TwinsOptions): Jury {
  const { reference, subject, ...others } = panelOf(partsWith(fault), engineOptions(admitted));
  const timedEngine = ({ name, run }: Engine): Engine => ({ name, run: (program) => stopwatch.measure(name, () => run(program)) });
  const timedOracle = (oracle: Oracle): Oracle => ({ ...oracle, judge: (question) => stopwatch.measure(oracle.name, () => oracle.judge(question)) });
  const court = {
    panel: { reference: timedEngine(reference), subject: timedEngine(subject), ...others },
    oracles: oraclesWith(readers).map(timedOracle),
    admitted,
  };
  return {
    examine: (program, caseNumber) => stopwatch.measure('differential', () => examine(court, program, caseNumber)),
    examineAll: (submissions) => stopwatch.measure('differential', () => examineAll(court, submissions)),
  };
}
