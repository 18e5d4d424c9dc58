/** What a campaign is, as plain data: with the same plan, case i is the same Program on any machine and for any number of workers. */
import type { Bias } from '#fuzz/generators/bias.ts';
import type { OracleName } from '#fuzz/oracles/verdict.ts';
import type { Pair } from './pairing.ts';

/** One of `count` parts of a campaign that know nothing of each other; `index` counts from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}
export const WHOLE: Shard = { index: 1, count: 1 };

export interface Plan {
  /** 32 bits. */
  readonly seed: number;
  /** Names of generators. */
  readonly profiles: readonly string[];
  /** Slug of the bug planted in the collector under test. */
  readonly fault: string | undefined;
  /** Oracles that may speak. */
  readonly oracles: readonly OracleName[];
  readonly shard: Shard;
  /** The engines that are compared; absent for the twins, with everything that can be asked of them. */
  readonly pair?: Pair | undefined;
  /**
   * Share of the cases, from 0 to 1, that are mutations of Programs that reached something new, as soon as there are some. 0: no
   * feedback.
   */
  readonly mutations: number;
  /** Cases of an epoch: the corpus changes between epochs only. */
  readonly epochCases: number;
  /** Biases that cases are drawn without; none when absent. Then the origins of findings do not say how to draw them again. */
  readonly without?: readonly Bias[];
}
export const EPOCH_CASES = 512;
export const MUTATIONS = 0.75;

/**
 * The number of a shard's case. Shards take turns, so that together they run the cases of the whole campaign.
 * @param position counts the cases of the shard, from 0
 */
export function caseNumberAt({ index, count }: Shard, position: number): number {
  return position * count + index - 1;
}

/** Equal texts for equal plans. */
export function planText({ seed, profiles, fault, oracles, shard, mutations, epochCases, without = [], pair }: Plan): string {
  const biases = without.length === 0 ? {} : { without: [...without].sort() };
  return JSON.stringify({ seed, profiles, fault: fault ?? null, oracles: [...oracles].sort(), shard: { index: shard.index, count: shard.count }, mutations, epochCases, pair, ...biases });
}

/** @param text as `planText` gives it */
export function parsePlan(text: string): Plan {
  const plan = JSON.parse(text) as Omit<Plan, 'fault'> & { readonly fault: string | null };
  return { ...plan, fault: plan.fault ?? undefined };
}
