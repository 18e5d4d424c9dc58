/**
 * Runs cases on the twins, and shows each to the oracles in turn until one disagrees. Those after the first are
 * only asked about what both twins have finished alike.
 *
 * Cases that are examined together go through the stages side by side: what a stage needs of the processor's caches is there for all of
 * them, which takes about a tenth of the time less than one case after the other.
 */
import type { Observation } from '#fuzz/engines/observation.ts';
import type { Panel } from '#fuzz/engines/panel.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { EngineObservation } from './differential.ts';
import type { Case, Oracle } from './oracle.ts';
import { isDue } from './oracle.ts';
import { explained } from './explain.ts';
import { judge } from './registry.ts';
import type { OracleName, Verdict } from './verdict.ts';

export interface Court {
  readonly panel: Panel;
  /** In the order in which they are asked. */
  readonly oracles: readonly Oracle[];
  /** Who may speak. */
  readonly admitted: ReadonlySet<OracleName>;
}

export interface Examination {
  /** Conclusive when the twins are. */
  readonly verdict: Verdict;
  /** Oracles that could say nothing, by name, and why. */
  readonly abstentions: readonly { readonly oracle: OracleName; readonly reason: string }[];
  readonly reference: Observation;
  /** Of the subject, or of the reference where the subject was not run. */
  readonly observation: Observation;
}

export interface Submission {
  readonly program: Program;
  /** Decides which of the dear oracles are asked; all of them when undefined. */
  readonly caseNumber?: number | undefined;
}

/** Whoever can say whether a Program fails: the twins, or engines in pairs. Does not throw for what an engine does. */
export interface Jury {
  examine(program: Program, caseNumber?: number): Examination;
  /** The same, in the order of the Programs, and faster. */
  examineAll(submissions: readonly Submission[]): readonly Examination[];
}
export type Examine = (program: Program, caseNumber?: number) => Examination;

export function examine(court: Court, program: Program, caseNumber?: number): Examination {
  return examineAll(court, [{ program, caseNumber }])[0]!;
}

export function examineAll(court: Court, submissions: readonly Submission[]): readonly Examination[] {
  const examinations: Examination[] = [];
  const underWay = new Map(submissions.map((submission, i) => [i, stagesOf(court, submission)]));
  while (underWay.size > 0) {
    for (const [i, stages] of underWay) {
      const { done, value } = stages.next();
      if (done !== true) continue;
      examinations[i] = value;
      underWay.delete(i);
    }
  }
  return examinations;
}

/** Pauses before each stage but the first; there are as many before an oracle, whether it is asked or not. */
function* stagesOf({ panel, oracles, admitted }: Court, { program, caseNumber }: Submission): Generator<void, Examination, void> {
  const reference = { engine: panel.reference.name, observation: panel.reference.run(program) };
  const limit = spentLimit(reference);
  if (limit !== undefined) {
    return { verdict: { kind: 'inconclusive', reason: limit }, abstentions: [], reference: reference.observation, observation: reference.observation };
  }
  yield;
  const subject = { engine: panel.subject.name, observation: panel.subject.run(program) };
  const abstentions: { oracle: OracleName; reason: string }[] = [];
  const seen = { abstentions, reference: reference.observation, observation: subject.observation };
  const twins = judge([reference, subject]);
  if (twins.kind !== 'agree') return { verdict: silenced(explained(twins, program, panel), admitted), ...seen };
  const question: Case = { program, reference, subject, panel };
  for (const oracle of oracles) {
    yield;
    if (!admitted.has(oracle.name) || (caseNumber !== undefined && !isDue(oracle, caseNumber))) continue;
    const verdict = silenced(oracle.judge(question), admitted);
    if (verdict.kind === 'disagree') return { verdict, ...seen };
    if (verdict.kind === 'inconclusive') abstentions.push({ oracle: oracle.name, reason: verdict.reason });
  }
  return { verdict: twins, ...seen };
}

/**
 * The limit that ends a case before the subject has run: it would use up as much, at a multiple of the price. Not that of the heap: one that
 * frees nothing needs more than one that does.
 */
function spentLimit({ engine, observation }: EngineObservation): string | undefined {
  const last = observation.outcomes.at(-1);
  return last?.kind === 'exhausted' && last.resource !== 'heap' ? `${engine}: ${last.resource}` : undefined;
}

/** An oracle that is off says nothing, but the run has ended where it spoke. */
function silenced(verdict: Verdict, admitted: ReadonlySet<OracleName>): Verdict {
  if (verdict.kind !== 'disagree' || admitted.has(verdict.failure.oracle)) return verdict;
  return { kind: 'inconclusive', reason: `${verdict.failure.oracle} is off` };
}
