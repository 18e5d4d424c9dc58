/** Entry of a worker process; its argument is the plan. */
import { findFault } from '#fuzz/faults/registry.ts';
import { generatorNamed } from '#fuzz/generators/registry.ts';
import { loadReaders } from '#fuzz/oracles/readers.ts';
import { Breeding } from './breeding.ts';
import { parsePlan } from './plan.ts';
import { Stopwatch } from './stopwatch.ts';
import { twins } from './twins.ts';
import { serve } from './worker.ts';

const plan = parsePlan(process.argv[2]!);
const stopwatch = new Stopwatch();
const fault = plan.fault === undefined ? undefined : findFault(plan.fault);
const readers = plan.oracles.includes('roundTrip') ? await loadReaders() : [];
serve({
  plan,
  generators: plan.profiles.map((name) => generatorNamed(name)!),
  twins: twins({ fault, oracles: new Set(plan.oracles), readers, stopwatch }),
  stopwatch,
  breeding: plan.mutations > 0 ? new Breeding() : undefined,
});
