/**
 * Brings batches, which come back in any order, into the order of cases, and cuts them into epochs. What happens at the end
 * of an epoch depends on the cases before it alone, and not on who ran them when.
 */
import type { Candidate } from '#fuzz/feedback/corpus.ts';
import type { BatchResult } from './batch.ts';
import type { Counts, Tally } from './statistics.ts';
import { NOTHING_DONE, addCounts, addTallies } from './statistics.ts';

/** Epochs under way at a time, so that nobody waits for the slowest batch of one. */
export const EPOCHS_AHEAD = 2;

/** Cases in a row that are done, since the last time. */
export interface Done {
  readonly first: number;
  readonly count: number;
  readonly tally: Tally;
  readonly stages: Counts;
  /** Positions of failed cases by signature, ascending. */
  readonly failures: ReadonlyMap<string, readonly number[]>;
  /** In the order of their cases. */
  readonly candidates: readonly Candidate[];
}

export class Ledger {
  /** Position of the first case that is not done or waits for one before it. */
  next: number;
  readonly #waiting = new Map<number, BatchResult>();
  readonly #epochCases: number;
  #done: Done;

  /**
   * @param first position of the first case to come
   * @param epochCases cases of an epoch; batches do not reach across its end
   */
  constructor(first: number, epochCases: number) {
    this.next = first;
    this.#epochCases = epochCases;
    this.#done = nothingSince(first);
  }

  /** @param end cases from this position on do not count */
  add(result: BatchResult, end: number): void {
    this.#waiting.set(result.first, result);
    for (let ready; this.next < end && (ready = this.#waiting.get(this.next)) !== undefined; ) {
      this.#waiting.delete(this.next);
      this.#append(ready);
    }
  }
  #append({ count, tally, stages, failures, candidates }: BatchResult): void {
    const all = new Map(this.#done.failures);
    for (const [signature, positions] of Object.entries(failures)) all.set(signature, [...(all.get(signature) ?? []), ...positions]);
    const before = this.#done;
    this.next += count;
    this.#done = {
      first: before.first,
      count: this.next - before.first,
      tally: addTallies(before.tally, tally),
      stages: addCounts(before.stages, stages),
      failures: all,
      candidates: [...before.candidates, ...candidates],
    };
  }

  /** Whether an epoch has ended since `take` was last called. */
  get epochIsOver(): boolean {
    return Math.floor(this.next / this.#epochCases) > Math.floor(this.#done.first / this.#epochCases);
  }
  /** Hands over what is done. */
  take(): Done {
    const done = this.#done;
    this.#done = nothingSince(this.next);
    return done;
  }
  /** What `take` would hand over. */
  get pending(): Done {
    return this.#done;
  }
}

function nothingSince(first: number): Done {
  return { first, count: 0, tally: NOTHING_DONE, stages: {}, failures: new Map(), candidates: [] };
}
