/** Entry of a worker process; its argument is the plan. */
import { findFault } from '#fuzz/faults/registry.ts';
import { generatorNamed } from '#fuzz/generators/registry.ts';
import { parsePlan } from './plan.ts';
import { twins } from './twins.ts';
import { serve } from './worker.ts';

const plan = parsePlan(process.argv[2]!);
serve({
  plan,
  generators: plan.profiles.map((name) => generatorNamed(name)!),
  twins: twins({ fault: plan.fault === undefined ? undefined : findFault(plan.fault), oracles: new Set(plan.oracles) }),
});
