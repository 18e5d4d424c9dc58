/** A long-lived child that is asked one case a line. When it dies, the case at which it did is asked again alone in a fresh one. */
import type { Observation } from '../../observation.ts';
import type { Command, Death } from './child.ts';
import { Child } from './child.ts';
import type { ForeignLimits } from '../foreign-engine.ts';
import { causeOf, crashed, lastWords, observationOf, unsupported } from '../foreign-engine.ts';

/** A child is replaced after so many cases, for heaps fragment. */
const RECYCLE_AFTER = 5000;

export class Respondent {
  readonly #command: Command;
  readonly #limits: ForeignLimits;
  #child: Child | undefined;
  #asked = 0;

  constructor(command: Command, limits: ForeignLimits) {
    this.#command = command;
    this.#limits = limits;
  }

  /** @returns for each line its answer, or what is observed of a case that cannot be answered */
  async ask(lines: readonly string[]): Promise<readonly (string | Observation)[]> {
    const answers: (string | Observation)[] = [];
    while (answers.length < lines.length) {
      const rest = lines.slice(answers.length);
      const { child } = this;
      const told = await Promise.all(rest.map((line) => child.ask(line)));
      const dead = told.findIndex((answer) => typeof answer !== 'string');
      const answered = dead === -1 ? told : told.slice(0, dead);
      this.#asked += answered.length;
      answers.push(...(answered as string[]));
      if (dead !== -1) answers.push(await this.#askAgain(rest[dead]!, told[dead] as Death));
    }
    if (this.#asked >= RECYCLE_AFTER) await this.end();
    return answers;
  }

  /** One that is there. */
  private get child(): Child {
    if (this.#child === undefined || this.#child.isDead) {
      this.#child = new Child(this.#command, this.#limits);
      this.#asked = 0;
    }
    return this.#child;
  }

  /** Whether it was this case is seen when it is alone in a process. */
  async #askAgain(line: string, first: Death): Promise<Observation> {
    await this.#child?.end();
    const answer = await this.child.ask(line);
    if (typeof answer === 'string') return unsupported(`${first.kind} once, and not again alone (${first.how})`);
    if (answer.kind === 'bloated') return observationOf([{ kind: 'exhausted', resource: 'memory' }]);
    const message = [answer.how, ...lastWords(answer.lastWords)].join('\n');
    return observationOf([crashed({ invariant: answer.kind, operation: causeOf(answer.lastWords) ?? answer.how, message })]);
  }

  async end(): Promise<void> {
    await this.#child?.end();
    this.#child = undefined;
  }
}
