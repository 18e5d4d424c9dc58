/**
 * Measures what a stream of cases reaches: the reach ledger, and by profile the shares of cases that are what they should be.
 * One watched run on `drc` per case; nobody judges.
 */
import type { Observation, ObservedOutcome } from '#fuzz/engines/observation.ts';
import type { Program } from '#fuzz/program/program.ts';
import { INSTRUCTION_NAMES, SELF_COPIES_OF_OBJECTS } from './events.ts';
import type { CoverageMap } from './coverage.ts';
import { ObservingEngine } from './observing-engine.ts';
import type { ReachReport } from './reach.ts';
import { ReachLedger, addReports } from './reach.ts';

/** Numbers of cases. */
export interface Shares {
  readonly cases: number;
  /** Our validator accepts all modules. */
  readonly valid: number;
  /** No limit was reached: what one engine can know of being conclusive. */
  readonly withinLimits: number;
  /** Ran to the end, and no step trapped. */
  readonly withoutTrap: number;
  /** An `array.copy` moved objects between ranges of one array that overlap or are the same. */
  readonly selfCopying: number;
}

/** Plain data that adds up, in any order. */
export interface Measurement {
  /** By profile. */
  readonly shares: Readonly<Record<string, Shares>>;
  readonly reach: ReachReport;
}

const NO_CASES: Shares = { cases: 0, valid: 0, withinLimits: 0, withoutTrap: 0, selfCopying: 0 };

export function addShares(a: Shares, b: Shares): Shares {
  return {
    cases: a.cases + b.cases,
    valid: a.valid + b.valid,
    withinLimits: a.withinLimits + b.withinLimits,
    withoutTrap: a.withoutTrap + b.withoutTrap,
    selfCopying: a.selfCopying + b.selfCopying,
  };
}

export function addMeasurements(a: Measurement, b: Measurement): Measurement {
  const shares = { ...a.shares };
  for (const [profile, theirs] of Object.entries(b.shares)) shares[profile] = addShares(shares[profile] ?? NO_CASES, theirs);
  return { shares, reach: addReports(a.reach, b.reach) };
}

/** All profiles together. */
export function totalShares({ shares }: Measurement): Shares {
  return Object.values(shares).reduce(addShares, NO_CASES);
}

const ARRAY_COPY = INSTRUCTION_NAMES.indexOf('array.copy');

function copiesItself(coverage: CoverageMap): boolean {
  let found = false;
  coverage.forEach((kind, event) => {
    found ||= kind === ARRAY_COPY && SELF_COPIES_OF_OBJECTS.has(event);
  });
  return found;
}

const UNFINISHED: readonly ObservedOutcome['kind'][] = ['exhausted', 'unsupported', 'faulted', 'invalid'];

function sharesOf({ outcomes }: Observation, coverage: CoverageMap): Shares {
  const none = (...kinds: readonly ObservedOutcome['kind'][]): number => (outcomes.some(({ kind }) => kinds.includes(kind)) ? 0 : 1);
  return {
    cases: 1,
    valid: none('invalid'),
    withinLimits: none('exhausted', 'unsupported'),
    withoutTrap: none('trapped', ...UNFINISHED),
    selfCopying: copiesItself(coverage) ? 1 : 0,
  };
}

export class ReachMeter {
  readonly #engine = new ObservingEngine();
  readonly #ledger = new ReachLedger();
  readonly #shares: Record<string, Shares> = {};

  /** @param profile that made the Program */
  add(profile: string, program: Program): void {
    const observation = this.#engine.run(program);
    const { coverage } = this.#engine;
    this.#ledger.add(coverage);
    this.#shares[profile] = addShares(this.#shares[profile] ?? NO_CASES, sharesOf(observation, coverage));
  }

  measurement(): Measurement {
    return { shares: { ...this.#shares }, reach: this.#ledger.report() };
  }
}
