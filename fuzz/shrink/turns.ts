/**
 * Whose turn it is among some that try to change one thing, each by its number: who has just succeeded, then the others in a
 * circle. Nobody has a turn who has failed since somebody last succeeded.
 */
export class Turns {
  /** Those that have not failed since the last success. */
  readonly #open: boolean[];
  /** Those that succeeded at their last turn, the latest first. */
  #lucky: readonly number[] = [];
  /** The last one that had an ordinary turn. */
  #last = -1;

  constructor(count: number) {
    this.#open = new Array<boolean>(count).fill(true);
  }

  /** Undefined when all have failed. */
  next(): number | undefined {
    const lucky = this.#lucky.find((turn) => this.#open[turn]);
    if (lucky !== undefined) return lucky;
    const count = this.#open.length;
    for (let step = 1; step <= count; step++) {
      const turn = (this.#last + step) % count;
      if (this.#open[turn]) return (this.#last = turn);
    }
    return undefined;
  }

  done(turn: number, succeeded: boolean): void {
    const others = this.#lucky.filter((other) => other !== turn);
    this.#lucky = succeeded ? [turn, ...others] : others;
    if (succeeded) this.#open.fill(true);
    else this.#open[turn] = false;
  }
}
