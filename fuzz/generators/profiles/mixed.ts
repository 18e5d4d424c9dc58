/** All profiles in turn, as often as their weights say: what a hunt runs unless told otherwise. */
import type { Generator } from '../generator.ts';
import type { Weighted } from '../random.ts';
import { Random } from '../random.ts';

/** Keeps the choice of the profile independent of what the profile draws from the same seed. */
const STREAM = 1;

/** @param profiles raising the version of any of them is for whoever composes them to note */
export function mixed(version: number, profiles: Weighted<Generator>): Generator {
  const profileOf = (seed: number): Generator => new Random(seed, STREAM).weighted(profiles);
  return {
    name: 'mixed',
    version,
    summary: `a profile per case: ${profiles.map(([, { name }]) => name).join(', ')}`,
    profileOf,
    generate: (seed, without) => profileOf(seed).generate(seed, without),
  };
}
