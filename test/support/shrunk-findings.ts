/**
 * Shrinks findings of each planted bug and prints what becomes of them: `node test/support/shrunk-findings.ts`.
 *
 *   --fault PREFIX   only bugs whose slug begins so
 *   --findings N     of each bug (10)
 *   --cases N        look at no more Programs than this for each bug (2000)
 *   --again          take those that are recorded, and look for no others
 *   --modules        print the modules, one of each size
 *   --minimal        try every step of every reducer on what has been shrunk
 *   --record         write the seeds and sizes to test/shrink/findings.json, from which tests take theirs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Fault } from '#fuzz/faults/fault.ts';
import { FAULTS } from '#fuzz/faults/registry.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import { instructionsOf, sizeOf } from '#fuzz/program/size.ts';
import type { Shrunk } from '#fuzz/shrink/shrink.ts';
import { shrink } from '#fuzz/shrink/shrink.ts';
import { print } from '#wasm/text/print.ts';
import { reducersThatApply } from './one-minimal.ts';
import type { SampleFinding } from './sample-findings.ts';
import { findingAt, sampleFindings, twinsOf } from './sample-findings.ts';

const RECORD = new URL('../shrink/findings.json', import.meta.url);

/** A finding of which is known how small it gets. */
export interface RecordedFinding {
  readonly profile: string;
  readonly seed: number;
  readonly signature: string;
  readonly instructions: number;
}
/** By the bug's slug. */
export type RecordedFindings = Readonly<Record<string, readonly RecordedFinding[]>>;

export function readRecord(): RecordedFindings {
  return JSON.parse(readFileSync(RECORD, 'utf8')) as RecordedFindings;
}
/** A line for each finding. */
function writeRecord(findings: RecordedFindings): void {
  const bugs = Object.entries(findings).map(([slug, list]) => `  "${slug}": [\n${list.map((one) => `    ${JSON.stringify(one)}`).join(',\n')}\n  ]`);
  writeFileSync(RECORD, `{\n${bugs.join(',\n')}\n}\n`);
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[(numbers.length - 1) >> 1] ?? 0;
}

interface Outcome extends RecordedFinding {
  readonly result: Shrunk;
}

function report({ profile, seed, program }: SampleFinding, { signature, instructions, result }: Outcome, seconds: number, applying: readonly string[]): void {
  const change = `${instructionsOf(program)} -> ${instructions} instructions`;
  const pace = `${result.tries} tries, ${seconds.toFixed(1)} s`;
  const short = [...(result.complete ? [] : ['not complete']), ...(applying.length === 0 ? [] : [`not minimal: ${applying.join(', ')}`])];
  console.log([`  ${profile} ${seed}: ${signature}: ${change}, ${pace}`, ...short].join(', '));
}

/** Those that are recorded; one that a generator no longer makes is left out. */
function* recordedFindings(fault: Fault): Generator<SampleFinding> {
  const examine = twinsOf(fault);
  for (const origin of readRecord()[fault.slug] ?? []) {
    const finding = findingAt(origin, examine);
    if (finding !== undefined) yield finding;
  }
}

function shrinkFindings(findings: Iterable<SampleFinding>, checkMinimal: boolean): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  for (const finding of findings) {
    const start = performance.now();
    const result = shrink(finding.program, finding.isInteresting);
    const seconds = (performance.now() - start) / 1000;
    const { profile, seed, failure } = finding;
    const outcome = { profile, seed, signature: signatureOf(failure), instructions: instructionsOf(result.program), result };
    report(finding, outcome, seconds, checkMinimal ? reducersThatApply(result.program, finding.isInteresting) : []);
    outcomes.push(outcome);
  }
  return outcomes;
}

function printModules(outcomes: readonly Outcome[]): void {
  const bySize = new Map(outcomes.map((outcome) => [sizeOf(outcome.result.program).slice(0, 3).join(), outcome]));
  for (const { profile, seed, result } of bySize.values()) {
    const { modules, schedule, steps } = result.program;
    console.log([`; ${profile} ${seed}`, ...modules.map(({ module }) => print(module)), JSON.stringify({ schedule, steps })].join('\n'));
  }
}

/** Sizes by signature: findings that differ in it are different findings. */
function summarise(outcomes: readonly Outcome[]): void {
  const groups = Map.groupBy(outcomes, ({ signature }) => signature);
  for (const [signature, group] of groups) {
    const sizes = group.map(({ instructions }) => instructions).sort((a, b) => a - b);
    console.log(`  = ${signature}: ${sizes.join(' ')}`);
  }
}

function main(): void {
  const { values } = parseArgs({
    options: {
      fault: { type: 'string', default: '' },
      findings: { type: 'string', default: '10' },
      cases: { type: 'string', default: '2000' },
      again: { type: 'boolean', default: false },
      modules: { type: 'boolean', default: false },
      minimal: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
    },
  });
  const recorded: Record<string, readonly RecordedFinding[]> = values.record && values.fault !== '' ? { ...readRecord() } : {};
  const all: Outcome[] = [];
  for (const fault of FAULTS.filter(({ slug, caughtBy }) => slug.startsWith(values.fault) && caughtBy.length > 0)) {
    console.log(fault.slug);
    const findings = values.again ? recordedFindings(fault) : sampleFindings(fault, Number(values.findings), Number(values.cases));
    const outcomes = shrinkFindings(findings, values.minimal);
    summarise(outcomes);
    if (values.modules) printModules(outcomes);
    recorded[fault.slug] = outcomes.map(({ profile, seed, signature, instructions }) => ({ profile, seed, signature, instructions }));
    if (values.record) writeRecord(recorded);
    all.push(...outcomes);
  }
  const sizes = all.map(({ instructions }) => instructions);
  const groups = [...Map.groupBy(all, ({ signature }) => signature).values()];
  const equal = groups.filter((group) => new Set(group.map(({ instructions }) => instructions)).size === 1);
  console.log(`${all.length} findings, median ${median(sizes)}, at most ${Math.max(0, ...sizes)} instructions; ${equal.length} of ${groups.length} signatures end at one size`);
}

if (import.meta.main) main();
