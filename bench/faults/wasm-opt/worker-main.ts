/** Entry of a worker process that runs modules from elsewhere; its argument is the plan. */
import { parsePlan } from '#fuzz/campaign/plan.ts';
import { workerContext } from '#fuzz/campaign/worker-context.ts';
import { serve } from '#fuzz/campaign/worker.ts';
import { wasmOpt } from './generator.ts';

serve(await workerContext(parsePlan(process.argv[2]!), () => wasmOpt));
