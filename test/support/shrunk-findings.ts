/**
 * Random Programs that show a planted bug, shrunk. By itself: `node test/support/shrunk-findings.ts [COUNT [FIRST_SEED [FAULT]]]` shrinks so many for
 * each fault and prints what became of them.
 */
import { fileURLToPath } from 'node:url';
import { isSameFailure } from '#fuzz/campaign/minimise.ts';
import type { Twins } from '#fuzz/campaign/twins.ts';
import { twins } from '#fuzz/campaign/twins.ts';
import type { Fault } from '#fuzz/faults/fault.ts';
import { FAULTS } from '#fuzz/faults/registry.ts';
import { generatorNamed } from '#fuzz/generators/registry.ts';
import type { Failure, OracleName } from '#fuzz/oracles/verdict.ts';
import { ORACLE_NAMES, signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import { bytesOf, instructionsOf } from '#fuzz/program/size.ts';
import type { Predicate } from '#fuzz/shrink/examiner.ts';
import type { Shrunk } from '#fuzz/shrink/shrink.ts';
import { shrink } from '#fuzz/shrink/shrink.ts';
import { print } from '#wasm/text/print.ts';

export interface SampleFinding {
  readonly seed: number;
  readonly program: Program;
  readonly failure: Failure;
  /** Whether a Program fails in the same way. */
  readonly isInteresting: Predicate;
}

/** Oracles that run a case again are left out: the planted bugs show without them. */
const DEAR: readonly OracleName[] = ['v8', 'scheduleInvariance', 'roundTrip'];
const CHEAP: ReadonlySet<OracleName> = new Set(ORACLE_NAMES.filter((name) => !DEAR.includes(name)));

function findingAt(seed: number, court: Twins): SampleFinding | undefined {
  const program = generatorNamed('mixed')!.generate(seed);
  const { verdict } = court(program);
  if (verdict.kind !== 'disagree') return undefined;
  const { failure } = verdict;
  const isInteresting: Predicate = (candidate) => {
    const other = court(candidate).verdict;
    return other.kind === 'disagree' && isSameFailure(other.failure, failure);
  };
  return { seed, program, failure, isInteresting };
}

/** Of the first so many seeds of the mixed generator, from `firstSeed` on, that show the fault. */
export function* sampleFindings(fault: Fault, count: number, firstSeed = 1): Generator<SampleFinding> {
  const court = twins({ fault, oracles: CHEAP });
  for (let seed = firstSeed, found = 0; found < count; seed++) {
    const finding = findingAt(seed, court);
    if (finding === undefined) continue;
    found++;
    yield finding;
  }
}

function row({ seed, program, failure }: SampleFinding, { program: small, tries, complete }: Shrunk, seconds: number): string {
  const change = `${instructionsOf(program)} -> ${instructionsOf(small)} instructions, ${bytesOf(program)} -> ${bytesOf(small)} bytes`;
  const pace = `${tries} tries, ${seconds.toFixed(1)} s, ${(tries / seconds).toFixed(0)}/s`;
  return `seed ${seed}: ${signatureOf(failure)}: ${change}, ${pace}${complete ? '' : ', not complete'}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [count = 10, firstSeed = 1] = process.argv.slice(2, 4).map(Number);
  for (const fault of FAULTS.filter(({ slug }) => slug.startsWith(process.argv[4] ?? ''))) {
    const sizes: number[] = [];
    console.log(fault.slug);
    for (const finding of sampleFindings(fault, count, firstSeed)) {
      const start = performance.now();
      const shrunk = shrink(finding.program, finding.isInteresting);
      sizes.push(instructionsOf(shrunk.program));
      console.log(row(finding, shrunk, (performance.now() - start) / 1000));
      if (process.env['MODULES'] !== undefined) console.log(shrunk.program.modules.map(({ module }) => print(module)).join('\n'));
    }
    console.log(`instructions: ${sizes.sort((a, b) => a - b).join(' ')}`);
  }
}
