/** Shrinks what a campaign has found, while the signature holds. */
import type { Examine } from '#fuzz/oracles/examine.ts';
import type { Failure } from '#fuzz/oracles/verdict.ts';
import { CHANGING, signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import { shrink } from '#fuzz/shrink/shrink.ts';

export interface Minimised {
  readonly program: Program;
  /** Tells of the small Program, not of the one that was found. */
  readonly failure: Failure;
  readonly tries: number;
  /** Whether nothing smaller was left to try. */
  readonly complete: boolean;
}

export interface MinimiseOptions {
  /** Asked before each try; may only cut the work short. */
  readonly stop: () => boolean;
  /** Told of each Program that is smaller than all before. */
  readonly onSmaller: (smaller: Minimised) => void;
}

/**
 * Whether it is the failure that was found. One that shows as the Program is stays one, whatever smaller Programs show
 * under other schedules or with less fuel.
 */
export function isSameFailure(failure: Failure, found: Failure): boolean {
  return signatureOf(failure) === signatureOf(found) && (!CHANGING.has(failure.oracle) || found.oracle === failure.oracle);
}

/** How many times as long as what was found candidates may run, and how long in any case, in units of fuel. */
const PATIENCE = 4;
const LEAST_FUEL = 10_000;
/** For V8: some hundred times what most candidates take. */
const MILLISECONDS = 200;

/**
 * The same, but candidates that run far longer than the Program that was found tell nothing: most of those have lost what ends a loop, and would go
 * on until all of their fuel is spent. A failure that shows within less shows with all of the fuel, too.
 */
export function impatient(examine: Examine, found: Program): Examine {
  const { reference, observation } = examine(found);
  const spent = Math.max(reference.effort.instructions, observation.effort.instructions);
  // Of a run that broke down it is not known.
  if (spent === 0) return examine;
  const most = Math.max(LEAST_FUEL, PATIENCE * spent);
  return (program, caseNumber) => {
    const { limits } = program;
    return examine({ ...program, limits: { ...limits, fuel: Math.min(limits.fuel, most), milliseconds: MILLISECONDS } }, caseNumber);
  };
}

/** @param program fails with `failure` when it is examined */
export function minimise(program: Program, failure: Failure, examine: Examine, { stop, onSmaller }: MinimiseOptions): Minimised {
  let best: Minimised = { program, failure, tries: 0, complete: false };
  let tries = 0;
  let latest = failure;
  const court = impatient(examine, program);
  const isInteresting = (candidate: Program): boolean => {
    tries++;
    const { verdict } = court(candidate);
    if (verdict.kind !== 'disagree' || !isSameFailure(verdict.failure, failure)) return false;
    latest = verdict.failure;
    return true;
  };
  const tell = (smaller: Program): void => {
    best = { program: smaller, failure: latest, tries, complete: false };
    onSmaller(best);
  };
  const { complete } = shrink(program, isInteresting, { stop, onSmaller: tell });
  return { ...best, tries, complete };
}
