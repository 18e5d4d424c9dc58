/** Two engines side by side, step by step, up to where they part. */
import type { Observation } from '#fuzz/engines/observation.ts';
import type { Panel } from '#fuzz/engines/panel.ts';
import { describeStep } from '#fuzz/findings/describe.ts';
import type { EngineObservation } from '#fuzz/oracles/differential.ts';
import { compareObservations, describeOutcome, sameOutcome } from '#fuzz/oracles/differential.ts';
import { variantsOf } from '#fuzz/oracles/schedule-invariance.ts';
import type { OracleName } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';

/** A step of a Program, and where it is; undefined for what an engine is made to do besides. */
export interface NamedStep {
  readonly position: number | undefined;
  /** `call "run"`. */
  readonly step: string;
}

export interface ComparedStep extends NamedStep {
  /** Outcomes in words. */
  readonly left: string;
  readonly right: string;
  readonly same: boolean;
}
export interface Comparison {
  /** Names of the engines. */
  readonly left: string;
  readonly right: string;
  /** The last one differs, unless it is not the outcomes that do. */
  readonly steps: readonly ComparedStep[];
}

/** @param oracle that disagrees, which decides who is compared */
export function compareSteps(program: Program, oracle: OracleName, panel: Panel): Comparison {
  const [left, right] = enginesFor(program, oracle, panel);
  return { left: left.engine, right: right.engine, steps: stepsOf(namesOf(program), left.observation, right.observation) };
}

function enginesFor(program: Program, oracle: OracleName, panel: Panel): readonly [EngineObservation, EngineObservation] {
  const reference = { engine: panel.reference.name, observation: panel.reference.run(program) };
  if (oracle === 'v8') return [reference, { engine: panel.v8.name, observation: panel.v8.run(program) }];
  const subject = { engine: panel.subject.name, observation: panel.subject.run(program) };
  if (oracle !== 'scheduleInvariance') return [reference, subject];
  for (const { name, program: varied } of variantsOf(program)) {
    const variant = { engine: `${subject.engine}, ${name}`, observation: panel.unaudited.run(varied) };
    if (compareObservations(subject, variant).kind === 'disagree') return [subject, variant];
  }
  return [reference, subject];
}

function namesOf(program: Program): readonly NamedStep[] {
  return program.steps.map((step, position) => ({ position, step: describeStep(step, program) }));
}

/** Up to the first that differs. */
export function stepsOf(names: readonly NamedStep[], left: Observation, right: Observation): readonly ComparedStep[] {
  const steps: ComparedStep[] = [];
  for (const [i, name] of names.entries()) {
    const [a, b] = [left.outcomes[i], right.outcomes[i]];
    if (a === undefined && b === undefined) break;
    const same = a !== undefined && b !== undefined && sameOutcome(a, b);
    steps.push({ ...name, left: describeOutcome(a), right: describeOutcome(b), same });
    if (!same) break;
  }
  return steps;
}
