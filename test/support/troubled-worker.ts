/** Entry of a worker whose cases 5, 9, 12, 15 and 17 go wrong in five ways; all others are empty. */
import { draftCase } from '#fuzz/campaign/cases.ts';
import { EPOCH_CASES, WHOLE, parsePlan } from '#fuzz/campaign/plan.ts';
import { ALL_ORACLES, twins } from '#fuzz/campaign/twins.ts';
import { Stopwatch } from '#fuzz/campaign/stopwatch.ts';
import { serve } from '#fuzz/campaign/worker.ts';
import type { Generator } from '#fuzz/generators/generator.ts';
import { GeneratorError } from '#fuzz/generators/generator.ts';
import type { Failure } from '#fuzz/oracles/verdict.ts';
import { NO_PROGRAM } from '#fuzz/campaign/batch.ts';
import { parse } from '#wasm/text/parse.ts';

export const TROUBLED: Generator = { name: 'troubled', version: 1, summary: '', generate };

const KILLS_WHO_SHRINKS: Failure = { oracle: 'assertion', invariant: 'troubled', operation: 'shrink', holders: [], message: 'kills who shrinks it' };
const EMPTY = { ...NO_PROGRAM, modules: [{ name: 'm', module: parse('(module)') }], steps: [{ kind: 'instantiate', module: 0 } as const] };
let current = 0;

function seedOf(caseNumber: number): number {
  const plan = { seed: 1, profiles: [], fault: undefined, oracles: [], shard: WHOLE, mutations: 0, epochCases: EPOCH_CASES };
  return draftCase(caseNumber, { plan, generators: [TROUBLED], choice: undefined }).origin.generatorSeed;
}
function generate(seed: number): typeof EMPTY {
  current = seed;
  if (seed === seedOf(5)) {
    process.stderr.write('so long\n');
    process.kill(process.pid, 'SIGKILL');
    for (;;);
  }
  if (seed === seedOf(9)) for (;;);
  if (seed === seedOf(12)) throw new GeneratorError('troubled', seed, new Error('abort'));
  return EMPTY;
}

if (process.argv[2] !== undefined && process.send !== undefined) {
  const plan = parsePlan(process.argv[2]);
  const jury = twins({ fault: undefined, oracles: ALL_ORACLES });
  serve({
    plan,
    generators: [TROUBLED],
    stopwatch: new Stopwatch(),
    jury: {
      ...jury,
      examineAll: (submissions) => {
        if (current === seedOf(15)) process.exit(7);
        const examinations = jury.examineAll(submissions);
        return current === seedOf(17) ? examinations.map((examination) => ({ ...examination, verdict: { kind: 'disagree', failure: KILLS_WHO_SHRINKS } })) : examinations;
      },
      examine: () => {
        process.exit(8);
      },
    },
  });
}
