/**
 * With an engine that takes one case after the other all its time, or all its memory. Each costs seconds, so of those that follow only few are tried.
 * One that dies does so soon, and is always tried.
 */
import { unsupported } from '../foreign-engine.ts';

const LOST_IN_A_ROW = 3;
const TRIED_EVERY = 32;

/** What is observed of a case that is not tried. */
export const NOT_TRIED = unsupported(`after ${LOST_IN_A_ROW} cases in a row without an answer only one in ${TRIED_EVERY} is tried`);

export class Patience {
  #lost = 0;
  #skipped = 0;

  /** Whether it has been lost. */
  get isLost(): boolean {
    return this.#lost >= LOST_IN_A_ROW;
  }

  /** Whether to try the next case. */
  tries(): boolean {
    if (!this.isLost) return true;
    this.#skipped = (this.#skipped + 1) % TRIED_EVERY;
    return this.#skipped === 0;
  }

  /** @param how the case that was tried has ended, in the words of `Death` and `Ended` */
  learn(how: string): void {
    this.#lost = how === 'hung' || how === 'bloated' ? this.#lost + 1 : 0;
  }
}
