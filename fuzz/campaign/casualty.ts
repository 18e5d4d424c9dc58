/** A case that ends or hangs the process that runs it: a finding like others, but one that cannot be shrunk in a process. */
import type { Generator } from '#fuzz/generators/generator.ts';
import type { Failure } from '#fuzz/oracles/verdict.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { BatchResult, Sighting } from './batch.ts';
import { NO_PROGRAM } from './batch.ts';
import type { Plan } from './plan.ts';
import { draftCase } from './cases.ts';
import { caseNumberAt } from './plan.ts';
import type { News } from './protocol.ts';
import { Statistics } from './statistics.ts';
import type { Death } from './worker-process.ts';

/** What a worker told before it died, if it came so far. */
export type Announced = Extract<News, { readonly kind: 'case' }> | undefined;

function failureOf(death: Death, announced: Announced, caseNumber: number): Failure {
  const moment = announced?.program === undefined ? 'while case ' + caseNumber + ' was generated' : `in case ${caseNumber}`;
  const words = death.lastWords === '' ? '' : `; its last words: ${death.lastWords}`;
  return {
    oracle: death.cause,
    invariant: 'worker',
    operation: announced?.program === undefined ? 'generate' : 'run',
    holders: [],
    message: `the worker ended ${moment}: ${death.how}${words}`,
  };
}

/** The result of a batch of one case that has killed its worker. */
export function casualty(position: number, death: Death, announced: Announced, plan: Plan, generators: readonly Generator[]): BatchResult {
  const caseNumber = caseNumberAt(plan.shard, position);
  const sighting: Sighting = {
    position,
    failure: failureOf(death, announced, caseNumber),
    origin: announced?.origin ?? draftCase(position, { plan, generators, choice: undefined }).origin,
    program: announced?.program ?? NO_PROGRAM,
  };
  const statistics = new Statistics();
  statistics.addBroken();
  return {
    first: position,
    count: 1,
    tally: statistics.tally(),
    failures: { [signatureOf(sighting.failure)]: [position] },
    sightings: [sighting],
    candidates: [],
    stages: {},
    spoiled: true,
  };
}
