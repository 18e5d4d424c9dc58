/**
 * Mutation: a few small edits of a Program, then repair. No module is built by binaryen, encoded or decoded on the way: that is
 * what makes mutated cases cheap.
 */
import { withShared } from '#util/map-shared.ts';
import type { Bias } from '#fuzz/generators/bias.ts';
import { ALL_BIASES } from '#fuzz/generators/bias.ts';
import type { Random, Weighted } from '#fuzz/generators/random.ts';
import { fixup } from '#fuzz/program/fixup.ts';
import type { Program } from '#fuzz/program/program.ts';
import { instructionsOf } from '#fuzz/program/size.ts';
import { constants } from './constants.ts';
import { deleteRange } from './delete-range.ts';
import { flipTypes } from './flip-types.ts';
import { insertInstructions, insertUnaliased } from './insert-instructions.ts';
import type { Donors, Mutator } from './mutator.ts';
import { assignLocal, sameOperand } from './realias.ts';
import { spliceBody, spliceFunction } from './splice.ts';
import { startFunction } from './start-function.ts';
import { steps } from './steps.ts';
import { reschedule, turnKnob } from './surroundings.ts';

/** Raised whenever some seed makes something else of the same Programs than before. */
export const MUTATION_VERSION = 2;

export const MUTATORS: Weighted<Mutator> = [
  [6, insertInstructions],
  [3, deleteRange],
  [3, spliceBody],
  [1, spliceFunction],
  [4, sameOperand],
  [3, assignLocal],
  [5, constants],
  [3, steps],
  [2, reschedule],
  [2, turnKnob],
  [1, flipTypes],
  [1, startFunction],
];

const UNALIASED: Weighted<Mutator> = MUTATORS.flatMap(([weight, mutator]) => {
  if (mutator === sameOperand || mutator === assignLocal) return [];
  return [[weight, mutator === insertInstructions ? insertUnaliased : mutator] as const];
});

/** Beyond this, a Program only gets smaller or changes. */
const MAX_INSTRUCTIONS = 2000;
const GROWING: ReadonlySet<Mutator> = new Set([insertInstructions, insertUnaliased, spliceBody, spliceFunction]);
/**
 * Mutations make endless recursions and loops, and a case that runs until its limit says nothing: it should at least not take
 * long. Of generated Programs, 19 in 20 need less than this.
 */
const MAX_FUEL = 50_000;
/** Edits of one mutation: one more often than many. */
const EDITS: Weighted<number> = [
  [6, 1],
  [3, 2],
  [2, 3],
  [1, 5],
];
const ATTEMPTS = 10;

/**
 * @param program valid
 * @param donors gives valid Programs
 * @param without biases to edit without; none by default
 * @returns a valid Program, different from the given one except in the rare case that all attempts come to nothing
 */
export function mutate(program: Program, random: Random, donors: Donors, without: readonly Bias[] = ALL_BIASES): Program {
  const mutators = without.includes('aliasing') ? UNALIASED : MUTATORS;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const mutated = fixup(edited(program, random, donors, mutators));
    if (mutated !== undefined && mutated !== program) return mutated;
  }
  return program;
}

function edited(program: Program, random: Random, donors: Donors, mutators: Weighted<Mutator>): Program {
  const mayGrow = instructionsOf(program) < MAX_INSTRUCTIONS;
  const { limits } = program;
  let current: Program = withShared(program, { limits: withShared(limits, { fuel: Math.min(limits.fuel, MAX_FUEL) }) });
  for (let edits = random.weighted(EDITS); edits > 0; edits--) {
    const mutator = random.weighted(mutators);
    if (!mayGrow && GROWING.has(mutator)) continue;
    current = mutator.mutate(current, random, donors) ?? current;
  }
  return current;
}
