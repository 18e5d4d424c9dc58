/** Tells where engines part that nobody can look into, call by call. */
import { describeStep } from '#fuzz/findings/describe.ts';
import type { SeenByEngines } from '#fuzz/oracles/pair.ts';
import type { Verdict } from '#fuzz/oracles/verdict.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { Comparison, NamedStep } from './comparison.ts';
import { stepsOf } from './comparison.ts';
import { comparisonText } from './explanation-text.ts';

export interface EnginesExplanation {
  readonly verdict: Verdict;
  /** Each subject that parts from the first reference; empty when they agree, or what they do cannot be compared. */
  readonly comparisons: readonly Comparison[];
}

export function explainEngines(program: Program, verdict: Verdict, { origins, references, subjects }: SeenByEngines): EnginesExplanation {
  if (verdict.kind !== 'disagree') return { verdict, comparisons: [] };
  const names = origins.map((position): NamedStep => ({ position, step: position === undefined ? 'the host' : describeStep(program.steps[position]!, program) }));
  const [left] = references;
  const comparisons = subjects.map((right) => ({ left: left!.engine, right: right.engine, steps: stepsOf(names, left!.observation, right.observation) }));
  return { verdict, comparisons: comparisons.filter(({ steps }) => steps.at(-1)?.same === false) };
}

export function enginesText({ verdict, comparisons }: EnginesExplanation): readonly string[] {
  switch (verdict.kind) {
    case 'agree':
      return ['the engines agree'];
    case 'inconclusive':
      return [`what the engines do cannot be compared: ${verdict.reason}`];
    case 'disagree':
      return [signatureOf(verdict.failure), ...verdict.failure.message.split('\n').map((line) => `  ${line}`), ...comparisons.flatMap((one) => ['', ...comparisonText(one)])];
  }
}
