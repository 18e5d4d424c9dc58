/** A finding in words: the comment on top of its `.wat`. */
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import { describeComparison } from '#fuzz/engines/foreign/comparison.ts';
import type { Argument, CollectionSchedule, CollectorKnobs, Program, Step } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS } from '#fuzz/program/program.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { print } from '#wasm/text/print.ts';
import type { Finding } from './finding.ts';

function describeArgument(argument: Argument): string {
  return `(${Object.values(argument).map(String).join(' ')})`;
}

/** `call "run" (i32 5)`. */
export function describeStep(step: Step, { modules }: Program): string {
  if (step.kind === 'collect') return 'collect';
  if (step.kind === 'renew') return 'go on with a new store';
  if (step.kind === 'release') return `release what is kept in slot ${step.slot}`;
  const module = modules.length > 1 ? ` ${modules[step.module]?.name ?? step.module}` : '';
  if (step.kind === 'instantiate' || step.kind === 'drop') return `${step.kind}${module}`;
  const target = `${module} ${JSON.stringify(step.export)}`;
  switch (step.kind) {
    case 'call': {
      const keep = step.keep === undefined ? '' : `, keep the result in slot ${step.keep}`;
      return ['call' + target, ...step.args.map(describeArgument)].join(' ') + keep;
    }
    case 'setGlobal':
      return `set global${target} to ${describeArgument(step.value)}`;
    case 'setTable':
      return `set entry ${step.index} of table${target} to ${describeArgument(step.value)}`;
    case 'growTable':
      return `grow table${target} by ${step.by} with ${describeArgument(step.value)}`;
  }
}

function describeSchedule({ zeal, allocZeal, atEntry, atSafePoints }: CollectionSchedule): string {
  const moments = [
    ...(atEntry ? ['at the entry of each call'] : []),
    ...(zeal > 0 ? [`at every safe point whose number is a multiple of ${zeal}`] : []),
    ...(allocZeal > 0 ? [`before every allocation whose number is a multiple of ${allocZeal}`] : []),
    ...(atSafePoints.length > 0 ? [`at safe points ${atSafePoints.join(', ')}`] : []),
  ];
  return moments.length === 0 ? 'none but those asked for' : moments.join('; ');
}

function describeKnobs(knobs: CollectorKnobs): string {
  const keys = Object.keys(DEFAULT_KNOBS) as (keyof CollectorKnobs)[];
  const changed = keys.filter((key) => knobs[key] !== DEFAULT_KNOBS[key]).map((key) => `${key} ${knobs[key]}`);
  return changed.length === 0 ? 'as by default' : changed.join(', ');
}

/** The story, line by line. */
export function describeFinding({ program, failure, fault, engines, origin, versions }: Finding, replay: string): readonly string[] {
  return [
    signatureOf(failure),
    failure.message,
    '',
    ...(fault === undefined ? [] : [`Planted fault: ${fault}`]),
    ...(engines === undefined ? [] : [`Engines: ${describeComparison(engines)}`]),
    `Host: ${program.steps.map((step) => describeStep(step, program)).join('; ')}`,
    `Collections: ${describeSchedule(program.schedule)}`,
    `Collector: ${describeKnobs(program.collector)}`,
    `Found by ${origin.generator} ${origin.generatorVersion}${origin.parent === undefined ? '' : ` of case ${origin.parent}`}, seed ${origin.generatorSeed}: case ${origin.caseNumber} of campaign ${origin.campaignSeed}, gctwin ${versions.gctwin}`,
    `Replay: ${replay}`,
  ];
}

/** The module as text below the story. */
export function findingText(finding: Finding, replay: string, module: Module): string {
  // A newline inside a line would end the comment.
  const comment = describeFinding(finding, replay).map((line) => `;; ${line.replaceAll(/[\r\n]+/g, ' ')}`.trimEnd());
  return `${comment.join('\n')}\n${print(module)}`;
}
