/** All that a worker process needs to run the cases of a plan. */
import { findFault } from '#fuzz/faults/registry.ts';
import type { Generator } from '#fuzz/generators/generator.ts';
import { generatorNamed } from '#fuzz/generators/registry.ts';
import { loadReaders } from '#fuzz/oracles/readers.ts';
import type { BatchContext } from './batch.ts';
import { Breeding } from './breeding.ts';
import { Pairing } from './pairing.ts';
import type { Plan } from './plan.ts';
import { Stopwatch } from './stopwatch.ts';
import { twins } from './twins.ts';

/** @param find a generator by its name; those of the hunt unless told otherwise */
export async function workerContext(plan: Plan, find: (name: string) => Generator | undefined = generatorNamed): Promise<BatchContext> {
  const stopwatch = new Stopwatch();
  const fault = plan.fault === undefined ? undefined : findFault(plan.fault);
  const pairing = plan.pair && new Pairing(plan.pair, { fault, stopwatch });
  const readers = pairing === undefined && plan.oracles.includes('roundTrip') ? await loadReaders() : [];
  return {
    plan,
    generators: plan.profiles.map((name) => find(name)!),
    jury: pairing ?? twins({ fault, oracles: new Set(plan.oracles), readers, stopwatch }),
    stopwatch,
    breeding: plan.mutations > 0 ? new Breeding() : undefined,
  };
}
