/** Entry of a worker process; its argument is the plan. */
import { parsePlan } from './plan.ts';
import { workerContext } from './worker-context.ts';
import { serve } from './worker.ts';

serve(await workerContext(parsePlan(process.argv[2]!)));
