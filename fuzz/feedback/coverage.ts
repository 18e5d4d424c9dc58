/**
 * Coverage: which event happened during which kind of instruction, and roughly how often. A *feature* is such a pair with
 * a range of counts, as a number; a case's coverage is the sorted list of its features.
 *
 * Counts are put into ranges, so that a loop that runs twice differs from one that runs once, but nobody collects loops of every
 * length; into few of them, since pairs tell more than counts do. Source: AFL's technical whitepaper, "Coverage measurements".
 */
import { EVENT_COUNT, KIND_COUNT, EVENT_NAMES, kindName } from './events.ts';

/** Ranges of counts. */
const RANGES = ['1', '2-3', '4-15', '16+'] as const;
const PAIRS = KIND_COUNT * EVENT_COUNT;

/** Features of one case, ascending. Plain numbers, so that they cross between processes. */
export type Features = Int32Array;

function rangeOf(count: number): number {
  return count < 4 ? count >> 1 : count < 16 ? 2 : 3;
}

/** Counts pairs of instruction kind and event; made once and used for run after run. */
export class CoverageMap {
  readonly #counts = new Uint32Array(PAIRS);
  /** Pairs that were counted; the first `size`. */
  readonly #touched = new Int32Array(PAIRS);
  #size = 0;
  /** Position of the step under way. */
  step = 0;
  /** Where each pair was counted first. */
  readonly #steps = new Uint16Array(PAIRS);

  hit(kind: number, event: number): void {
    const pair = kind * EVENT_COUNT + event;
    if (this.#counts[pair]!++ !== 0) return;
    this.#touched[this.#size++] = pair;
    this.#steps[pair] = this.step;
  }

  /** What was counted since the last `reset`. */
  features(): Features {
    const features = new Int32Array(this.#size);
    for (let i = 0; i < this.#size; i++) {
      const pair = this.#touched[i]!;
      features[i] = pair * RANGES.length + rangeOf(this.#counts[pair]!);
    }
    return features.sort();
  }

  /** Positions of the steps during which the pairs of these features were counted first. */
  stepsOf(features: readonly number[]): ReadonlySet<number> {
    return new Set(features.map((feature) => this.#steps[Math.floor(feature / RANGES.length)]!));
  }

  /** Calls `visit` for each pair that was counted since the last `reset`. */
  forEach(visit: (kind: number, event: number, count: number) => void): void {
    for (let i = 0; i < this.#size; i++) {
      const pair = this.#touched[i]!;
      visit(Math.floor(pair / EVENT_COUNT), pair % EVENT_COUNT, this.#counts[pair]!);
    }
  }

  reset(): void {
    for (let i = 0; i < this.#size; i++) this.#counts[this.#touched[i]!] = 0;
    this.#size = 0;
    this.step = 0;
  }
}

/** `array.copy: copy identical, 2 times`, for people. */
export function featureName(feature: number): string {
  const pair = Math.floor(feature / RANGES.length);
  return `${kindName(Math.floor(pair / EVENT_COUNT))}: ${EVENT_NAMES[pair % EVENT_COUNT]}, ${RANGES[feature % RANGES.length]} times`;
}
