/**
 * The corpora of a campaign: the cases of an epoch are made from what was known two epochs before, so that two epochs can be under
 * way at a time and who runs a case when makes no difference.
 */
import type { Candidate, Corpus } from '#fuzz/feedback/corpus.ts';
import { EMPTY_CORPUS, grow } from '#fuzz/feedback/corpus.ts';
import { EPOCHS_AHEAD } from './ledger.ts';

/** How much the cases have reached. */
export interface Coverage {
  /** See `coverage.ts`. */
  readonly features: number;
  /** Those that came with the last `recentCases`. */
  readonly recent: number;
  readonly recentCases: number;
  /** In the corpus. */
  readonly programs: number;
}
export const NO_COVERAGE: Coverage = { features: 0, recent: 0, recentCases: 0, programs: 0 };
/** Epochs that count as recent. */
const RECENT = 20;

export class Corpora {
  readonly #epochCases: number;
  /** Those of the epochs under way, and the latest: one after each epoch. */
  #corpora: readonly Corpus[];
  /** Of cases that the latest does not know of. */
  #candidates: Candidate[] = [];
  /** Numbers of features after each of the last epochs. */
  #sizes: readonly number[];

  /**
   * @param candidates of all cases that are done; those that an older corpus than `oldest` has lost may be missing
   * @param cases number of cases that are done
   * @param epochCases cases of an epoch
   */
  constructor(candidates: readonly Candidate[], cases: number, epochCases: number) {
    this.#epochCases = epochCases;
    const oldest = Math.max(0, Math.floor(cases / this.#epochCases) + 1 - EPOCHS_AHEAD) * this.#epochCases;
    this.#corpora = [grow(EMPTY_CORPUS, candidates.filter(({ position }) => position < oldest), oldest)];
    this.#sizes = [this.latest.holders.size];
    this.add(candidates.filter(({ position }) => position >= oldest));
    this.advance(cases);
  }

  /** Takes candidates of any cases that the latest corpus does not know of. */
  add(candidates: readonly Candidate[]): void {
    this.#candidates.push(...candidates);
  }

  /** @param cases number of cases that are done; the candidates of all of them have been added */
  advance(cases: number): void {
    const done = Math.floor(cases / this.#epochCases) * this.#epochCases;
    while (this.latest.cases < done) {
      const until = this.latest.cases + this.#epochCases;
      const corpus = grow(this.latest, this.#candidates.filter(({ position }) => position < until), until);
      this.#candidates = this.#candidates.filter(({ position }) => position >= until);
      this.#corpora = [...this.#corpora, corpus].slice(-EPOCHS_AHEAD);
      this.#sizes = [...this.#sizes, corpus.holders.size].slice(-RECENT - 1);
    }
  }

  /** What the cases of an epoch are made from. @param epoch one that is under way */
  ofEpoch(epoch: number): Corpus {
    const cases = Math.max(0, epoch + 1 - EPOCHS_AHEAD) * this.#epochCases;
    const corpus = this.#corpora.find((one) => one.cases === cases);
    if (corpus === undefined) throw new RangeError(`epoch ${epoch} is not under way`);
    return corpus;
  }
  get coverage(): Coverage {
    const { holders, programs } = this.latest;
    const recentCases = (this.#sizes.length - 1) * this.#epochCases;
    return { features: holders.size, recent: holders.size - this.#sizes[0]!, recentCases, programs: programs.length };
  }
  get latest(): Corpus {
    return this.#corpora.at(-1)!;
  }
  /** The oldest that is still needed. */
  get oldest(): Corpus {
    return this.#corpora[0]!;
  }
}
