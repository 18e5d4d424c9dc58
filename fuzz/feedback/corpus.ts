/**
 * The corpus of a campaign: for every feature that was reached, the cheapest Program known to reach it. Whoever holds a
 * feature stays; who has lost the last one to cheaper Programs goes. So the corpus is never larger than what was reached.
 *
 * The corpus changes between epochs only, by the results of the epoch's cases in their order. What a case is, thus depends on
 * the campaign's seed and the case's number, however many workers there are. All is plain data.
 * Source: the favoured entries of AFL's queue (technical whitepaper, "Culling the corpus").
 */
import type { Random } from '#fuzz/generators/random.ts';
import type { Program } from '#fuzz/program/program.ts';
import { instructionsOf } from '#fuzz/program/size.ts';
import type { Features } from './coverage.ts';

/** What a worker reports of a case that may belong into the corpus. */
export interface Candidate {
  readonly caseNumber: number;
  readonly program: Program;
  readonly features: Features;
  /** What running it costs; see `costOf`. */
  readonly cost: number;
}

export interface CorpusProgram extends Candidate {
  /** How many features it is the cheapest for; at least 1. */
  readonly held: number;
}

export interface Corpus {
  /** In the order in which they came. */
  readonly programs: readonly CorpusProgram[];
  /** Case number of the cheapest Program by feature. */
  readonly holders: ReadonlyMap<number, number>;
}

export const EMPTY_CORPUS: Corpus = { programs: [], holders: new Map() };

/**
 * The same on every machine: instructions written, which mutations have to hit, and on another scale instructions executed, which
 * take the time.
 * @param executed instructions that the run took
 */
export function costOf(program: Program, executed: number): number {
  return instructionsOf(program) + Math.ceil(executed / 10);
}

/** Says of a case whether it is worth reporting: asked by workers, of the corpus at the start of the epoch. */
export type Interest = (features: Features, cost: number) => boolean;

export function interestOf({ programs, holders }: Corpus): Interest {
  const costs = new Map(programs.map(({ caseNumber, cost }) => [caseNumber, cost]));
  return (features, cost) =>
    features.some((feature) => {
      const holder = holders.get(feature);
      return holder === undefined || cost < costs.get(holder)!;
    });
}

/**
 * The corpus after an epoch.
 * @param candidates of that epoch, in any order; each case once
 */
export function mergeEpoch(corpus: Corpus, candidates: readonly Candidate[]): Corpus {
  const holders = new Map(corpus.holders);
  const known = new Map<number, Candidate>(corpus.programs.map((program) => [program.caseNumber, program]));
  for (const candidate of candidates.toSorted((a, b) => a.caseNumber - b.caseNumber)) {
    known.set(candidate.caseNumber, candidate);
    for (const feature of candidate.features) {
      const holder = holders.get(feature);
      // Of two that cost the same the earlier one stays.
      if (holder === undefined || candidate.cost < known.get(holder)!.cost) holders.set(feature, candidate.caseNumber);
    }
  }
  const held = new Map<number, number>();
  for (const holder of holders.values()) held.set(holder, (held.get(holder) ?? 0) + 1);
  const programs = [...known.values()].flatMap((program) => {
    const count = held.get(program.caseNumber);
    return count === undefined ? [] : [{ ...program, held: count }];
  });
  return { programs, holders };
}

/** Who holds many features is chosen more often, but the first one does not take all. */
function weightOf({ held }: CorpusProgram): number {
  return 1 + Math.floor(Math.log2(held));
}

/** Chooses among the Programs of one state of the corpus. */
export class CorpusChoice {
  readonly #programs: readonly CorpusProgram[];
  /** Sums of weights up to and including each Program. */
  readonly #sums: readonly number[];

  /** @param corpus not empty */
  constructor({ programs }: Corpus) {
    this.#programs = programs;
    let sum = 0;
    this.#sums = programs.map((program) => (sum += weightOf(program)));
  }

  /** A Program to mutate, as often as its weight says. */
  parent(random: Random): Program {
    const drawn = random.int(0, this.#sums.at(-1)! - 1);
    let low = 0;
    let high = this.#sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sums[middle]! > drawn) high = middle;
      else low = middle + 1;
    }
    return this.#programs[low]!.program;
  }
  /** A Program to take pieces from; all alike. */
  donor(random: Random): Program {
    return random.pick(this.#programs).program;
  }
}
