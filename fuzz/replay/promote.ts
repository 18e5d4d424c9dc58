/** Makes an entry of the corpus from a finding: what should happen is measured, not made up. */
import { nullEngine } from '#fuzz/engines/interpreter.ts';
import type { ObservedOutcome } from '#fuzz/engines/observation.ts';
import { v8Engine } from '#fuzz/engines/v8.ts';
import type { Finding } from '#fuzz/findings/finding.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { CorpusEntry } from '#fuzz/program/entry.ts';
import type { Program } from '#fuzz/program/program.ts';

/** What people say about an entry; what they leave out is made from the finding. */
export interface Words {
  readonly name: string;
  readonly title?: string | undefined;
  readonly story?: string | undefined;
}

/** Not all its steps have ended in a way that other engines could be held to. */
function isConclusive(outcomes: readonly ObservedOutcome[], { steps }: Program): boolean {
  return outcomes.length === steps.length && outcomes.every(({ kind }) => kind !== 'faulted' && kind !== 'unsupported' && kind !== 'exhausted');
}

/**
 * What the collector that cannot be wrong about lives observes, or else V8.
 * @returns undefined when neither of them comes to the end
 */
function measuredOutcomes(program: Program): readonly ObservedOutcome[] | undefined {
  // V8 has no limits of its own: it runs only what has come to an end elsewhere.
  const { outcomes } = nullEngine({ audit: 'off', integrity: false }).run(program);
  if (isConclusive(outcomes, program)) return outcomes;
  if (outcomes.at(-1)?.kind === 'exhausted') return undefined;
  const ofV8 = v8Engine().run(program).outcomes.map((outcome) => outcome.kind === 'trapped' ? { kind: outcome.kind, trap: outcome.trap } : outcome);
  return isConclusive(ofV8, program) ? ofV8 : undefined;
}

function originOf({ origin, versions }: Finding): string {
  const parent = origin.parent === undefined ? '' : ` of case ${origin.parent}`;
  const generator = `${origin.generator} ${origin.generatorVersion}${parent}, seed ${origin.generatorSeed}`;
  return `Found by ${generator}: case ${origin.caseNumber} of campaign ${origin.campaignSeed}, gctwin ${versions.gctwin}, Node ${versions.node}.`;
}

/** @returns undefined when no engine can say what should happen */
export function entryOf(finding: Finding, { name, title, story }: Words, open: boolean): CorpusEntry | undefined {
  const { program, failure, fault } = finding;
  const expected = measuredOutcomes(program);
  if (expected === undefined) return undefined;
  const planted = fault === undefined ? '' : `With ${fault} planted: `;
  return {
    name,
    title: title ?? signatureOf(failure),
    origin: originOf(finding),
    story: story ?? `${planted}${failure.message}`,
    program,
    expected,
    ...(fault === undefined ? {} : { fault }),
    open,
  };
}
