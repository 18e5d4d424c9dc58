/** Random Programs that show a planted bug, from each profile in turn. */
import { impatient, isSameFailure } from '#fuzz/campaign/minimise.ts';
import { twins } from '#fuzz/campaign/twins.ts';
import type { Fault } from '#fuzz/faults/fault.ts';
import { GENERATORS, generatorNamed } from '#fuzz/generators/registry.ts';
import type { Examine } from '#fuzz/oracles/examine.ts';
import { ORACLE_NAMES } from '#fuzz/oracles/verdict.ts';
import type { Failure, OracleName } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { Predicate } from '#fuzz/shrink/examiner.ts';

/** Where a finding comes from. */
export interface Origin {
  readonly profile: string;
  readonly seed: number;
}

export interface SampleFinding extends Origin {
  readonly program: Program;
  readonly failure: Failure;
  /** Whether a Program fails in the same way. */
  readonly isInteresting: Predicate;
}

/** Oracles that run a case again; bugs that others can see show without them. */
const DEAR: readonly OracleName[] = ['v8', 'scheduleInvariance', 'interruption', 'roundTrip'];

export function twinsOf(fault: Fault): Examine {
  const needed = ORACLE_NAMES.filter((name) => !DEAR.includes(name) || fault.caughtBy.includes(name));
  return twins({ fault, oracles: new Set(needed) }).examine;
}

/** Undefined when the Program does not show the bug. */
export function findingAt({ profile, seed }: Origin, examine: Examine): SampleFinding | undefined {
  const program = generatorNamed(profile)!.generate(seed);
  const { verdict } = examine(program);
  if (verdict.kind !== 'disagree') return undefined;
  const { failure } = verdict;
  const limited = impatient(examine, program);
  const isInteresting: Predicate = (candidate) => {
    const other = limited(candidate).verdict;
    return other.kind === 'disagree' && isSameFailure(other.failure, failure);
  };
  return { profile, seed, program, failure, isInteresting };
}

/**
 * @param count ends after so many
 * @param maxCases and looks at no more Programs than this
 */
export function* sampleFindings(fault: Fault, count: number, maxCases: number): Generator<SampleFinding> {
  const examine = twinsOf(fault);
  const profiles = GENERATORS.filter(({ name }) => name !== 'mixed').map(({ name }) => name);
  for (let i = 0, found = 0; found < count && i < maxCases; i++) {
    const finding = findingAt({ profile: profiles[i % profiles.length]!, seed: 1 + Math.floor(i / profiles.length) }, examine);
    if (finding === undefined) continue;
    found++;
    yield finding;
  }
}
