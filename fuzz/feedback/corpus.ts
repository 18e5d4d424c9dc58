/**
 * The corpus of a campaign: for every feature that was reached, the cheapest Program known to reach it. Whoever holds a
 * feature stays; who has lost the last one to cheaper Programs goes. So the corpus is never larger than what was reached.
 *
 * The corpus changes between epochs only, by the results of the epoch's cases in their order. What a case is, thus depends on
 * the campaign's seed and the case's number, however many workers there are. All is plain data.
 * Source: the favoured entries of AFL's queue (technical whitepaper, "Culling the corpus").
 */
import type { Observation } from '#fuzz/engines/observation.ts';
import type { Random } from '#fuzz/generators/random.ts';
import type { PackedProgram } from '#fuzz/program/record.ts';
import { fixup } from '#fuzz/program/fixup.ts';
import { unpackProgram } from '#fuzz/program/record.ts';
import type { Program } from '#fuzz/program/program.ts';
import { instructionsOf } from '#fuzz/program/size.ts';
import type { Features } from './coverage.ts';

/** What a worker reports of a case that may belong into the corpus. */
export interface Candidate {
  /** Of the case among those of its campaign or shard. */
  readonly position: number;
  /** Packed, so that those who read it from a file get the very same Program as those who were there when it was made. */
  readonly program: PackedProgram;
  readonly features: Features;
  /** What running it costs; see `costOf`. */
  readonly cost: number;
}

export interface CorpusProgram extends Candidate {
  /** How many features it is the cheapest for; at least 1. */
  readonly held: number;
}

export interface Corpus {
  /** Takes account of the cases before this position. */
  readonly cases: number;
  /** By position, ascending. */
  readonly programs: readonly CorpusProgram[];
  /** Position of the cheapest Program by feature. */
  readonly holders: ReadonlyMap<number, number>;
}

export const EMPTY_CORPUS: Corpus = { cases: 0, programs: [], holders: new Map() };

/** Steps of cost to each doubling: who is cheaper by less takes nobody's place, for the gain would not pay for the exchange. */
const COST_STEPS = 4;

/** What a step that traps costs more: its children are likely to trap there, too, and nothing happens after a trap. */
const TRAP_COST = 100;

/**
 * The same on every machine: instructions written, which mutations have to hit, and on another scale instructions executed, which
 * take the time.
 * @param observation of a run
 * @returns on a logarithmic scale
 */
export function costOf(program: Program, { effort, outcomes }: Observation): number {
  const traps = outcomes.filter(({ kind }) => kind === 'trapped').length;
  return Math.round(COST_STEPS * Math.log2(1 + instructionsOf(program) + effort.instructions / 10 + TRAP_COST * traps));
}

/** Which of a case's features make it worth reporting: asked by workers, of the corpus that the case was made from. */
export type Interest = (features: Features, cost: number) => readonly number[];

export function interestOf({ programs, holders }: Corpus): Interest {
  const costs = new Map(programs.map(({ position, cost }) => [position, cost]));
  return (features, cost) =>
    [...features].filter((feature) => {
      const holder = holders.get(feature);
      return holder === undefined || cost < costs.get(holder)!;
    });
}

/**
 * The corpus after more cases. Whoever holds a feature is the cheapest of all that reach it, so it does not matter in how many steps
 * a corpus grows, nor whether Programs that hold nothing at its end take part.
 * @param candidates of cases from `corpus.cases` up to `cases`, in any order; each case once
 */
export function grow(corpus: Corpus, candidates: readonly Candidate[], cases: number): Corpus {
  const holders = new Map(corpus.holders);
  const known = new Map<number, Candidate>(corpus.programs.map((program) => [program.position, program]));
  for (const candidate of candidates.toSorted((a, b) => a.position - b.position)) {
    known.set(candidate.position, candidate);
    for (const feature of candidate.features) {
      const holder = holders.get(feature);
      // Of two that cost the same the earlier one stays.
      if (holder === undefined || candidate.cost < known.get(holder)!.cost) holders.set(feature, candidate.position);
    }
  }
  const held = new Map<number, number>();
  for (const holder of holders.values()) held.set(holder, (held.get(holder) ?? 0) + 1);
  const programs = [...known.values()].flatMap((program) => {
    const count = held.get(program.position);
    return count === undefined ? [] : [{ ...program, held: count }];
  });
  return { cases, programs, holders };
}

/** What turns an older state of a corpus into a newer one. Plain data. */
export interface CorpusUpdate {
  readonly cases: number;
  readonly candidates: readonly Candidate[];
}
/** @param cases of the older state */
export function updateSince(corpus: Corpus, cases: number): CorpusUpdate {
  return { cases: corpus.cases, candidates: corpus.programs.filter(({ position }) => position >= cases) };
}

/** Who holds many features is chosen more often, but the first one does not take all. */
function weightOf({ held }: CorpusProgram): number {
  return 1 + Math.floor(Math.log2(held));
}

/** Programs as they are needed; a corpus lives long, and few of its Programs are needed often. */
const unpacked = new WeakMap<PackedProgram, Program>();

/** A Program that is as mutations want it. The same each time. @param candidate has modules */
export function programOf({ program: packed }: Candidate): Program {
  const known = unpacked.get(packed);
  if (known !== undefined) return known;
  const program = fixup(unpackProgram(packed), { isLasting: true })!;
  unpacked.set(packed, program);
  return program;
}

const PARENT_DRAWS = 3;

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

  /** One to mutate: of some that are drawn by their weights the cheapest one, whose children will be cheap. */
  parent(random: Random): Candidate {
    let cheapest = this.#drawn(random);
    for (let draw = 1; draw < PARENT_DRAWS; draw++) {
      const other = this.#drawn(random);
      if (other.cost < cheapest.cost) cheapest = other;
    }
    return cheapest;
  }
  #drawn(random: Random): Candidate {
    const drawn = random.int(0, this.#sums.at(-1)! - 1);
    let low = 0;
    let high = this.#sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sums[middle]! > drawn) high = middle;
      else low = middle + 1;
    }
    return this.#programs[low]!;
  }
  /** One to take pieces from; all alike. */
  donor(random: Random): Candidate {
    return random.pick(this.#programs);
  }
}
