/** What the cases of a campaign are: each is made from the campaign's seed, its number, and the corpus of an earlier epoch. */
import type { CorpusChoice } from '#fuzz/feedback/corpus.ts';
import { programOf } from '#fuzz/feedback/corpus.ts';
import type { Origin } from '#fuzz/findings/finding.ts';
import type { Generator } from '#fuzz/generators/generator.ts';
import { GeneratorError } from '#fuzz/generators/generator.ts';
import { Random } from '#fuzz/generators/random.ts';
import { MUTATION_VERSION, mutate } from '#fuzz/mutators/mutate.ts';
import type { Program } from '#fuzz/program/program.ts';
import { NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { Plan } from './plan.ts';
import { caseNumberAt } from './plan.ts';

/** Stands in the place of a generator's name. */
export const MUTATION = 'mutation';

/** A case that is not made yet. */
export interface Draft {
  readonly origin: Origin;
  /** @throws GeneratorError */
  readonly make: () => Program;
}

export interface CaseSource {
  readonly plan: Pick<Plan, 'seed' | 'shard' | 'mutations' | 'without'>;
  /** Those of the plan, in its order. */
  readonly generators: readonly Generator[];
  /** Of the Programs to mutate; undefined when there are none yet. */
  readonly choice: CorpusChoice | undefined;
}

/** @param position of the case in its shard */
export function draftCase(position: number, { plan, generators, choice }: CaseSource): Draft {
  const caseNumber = caseNumberAt(plan.shard, position);
  const random = new Random(plan.seed, caseNumber);
  const generator = random.pick(generators);
  const seed = random.bits();
  const ofCampaign = { campaignSeed: plan.seed, caseNumber };
  if (choice === undefined || !random.chance(plan.mutations)) {
    const origin = { ...ofCampaign, generator: generator.name, generatorVersion: generator.version, generatorSeed: seed };
    return { origin, make: () => scheduled(generator.generate(seed, plan.without), plan) };
  }
  const parent = choice.parent(random);
  return {
    origin: { ...ofCampaign, generator: MUTATION, generatorVersion: MUTATION_VERSION, generatorSeed: seed, parent: caseNumberAt(plan.shard, parent.position) },
    make: () => scheduled(mutant(programOf(parent), seed, choice, plan), plan),
  };
}

/** What makes Programs may schedule collections; whether that is wanted is decided here, for all of them. */
function scheduled(program: Program, { without }: CaseSource['plan']): Program {
  return without?.includes('zeal') === true ? { ...program, schedule: NO_COLLECTIONS } : program;
}

function mutant(parent: Program, seed: number, choice: CorpusChoice, { without }: CaseSource['plan']): Program {
  try {
    return mutate(parent, new Random(seed), (random) => programOf(choice.donor(random)), without);
  } catch (error) {
    throw new GeneratorError(MUTATION, seed, error);
  }
}
