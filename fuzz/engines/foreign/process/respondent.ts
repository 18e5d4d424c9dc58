/** A long-lived child that is asked one case a line. When it dies, the case at which it did is asked again alone in a fresh one. */
import type { Observation } from '../../observation.ts';
import type { Death } from './child.ts';
import { Child } from './child.ts';
import type { Command } from './group.ts';
import type { ForeignLimits } from '../foreign-engine.ts';
import { causeOf, crashed, lastWords, observationOf, unsupported } from '../foreign-engine.ts';
import { NOT_TRIED, Patience } from './patience.ts';

/** A child is replaced after so many cases, for heaps fragment. */
const RECYCLE_AFTER = 5000;

export class Respondent {
  readonly #command: Command;
  readonly #greeting: string;
  readonly #limits: ForeignLimits;
  readonly #patience = new Patience();
  #child: Child | undefined;
  #asked = 0;
  /** Whether any child has ever said that it is ready. */
  #hasStarted = false;
  /** Why it cannot be used at all. */
  #unusable: Observation | undefined;

  /** @param greeting what the child says first */
  constructor(command: Command, greeting: string, limits: ForeignLimits) {
    this.#command = command;
    this.#greeting = greeting;
    this.#limits = limits;
  }

  /** @returns for each line its answer, or what is observed of a case that cannot be answered */
  async ask(lines: readonly string[]): Promise<readonly (string | Observation)[]> {
    const answers: (string | Observation)[] = [];
    while (answers.length < lines.length) {
      if (this.#unusable !== undefined || !this.#patience.tries()) answers.push(this.#unusable ?? NOT_TRIED);
      else answers.push(...(await this.#askFirst(this.#patience.isLost ? lines.slice(answers.length, answers.length + 1) : lines.slice(answers.length))));
    }
    if (this.#asked >= RECYCLE_AFTER) await this.end();
    return answers;
  }

  /** @returns answers to the first of the lines: up to the end, or to the first at which the child dies */
  async #askFirst(lines: readonly string[]): Promise<readonly (string | Observation)[]> {
    const { child } = this;
    const told = await Promise.all(lines.map((line) => child.ask(line)));
    const dead = told.findIndex((answer) => typeof answer !== 'string');
    const answered = (dead === -1 ? told : told.slice(0, dead)) as string[];
    this.#asked += answered.length;
    if (answered.length > 0) {
      this.#hasStarted = true;
      this.#patience.learn('answered');
    }
    return dead === -1 ? answered : [...answered, await this.#askAgain(lines[dead]!, told[dead] as Death)];
  }

  /** One that is there. */
  private get child(): Child {
    if (this.#child === undefined || this.#child.isDead) {
      this.#child = new Child(this.#command, this.#greeting, this.#limits);
      this.#asked = 0;
    }
    return this.#child;
  }

  /** Whether it was this case is seen when it is alone in a process. */
  async #askAgain(line: string, first: Death): Promise<Observation> {
    await this.#end();
    const { child } = this;
    const answer = await child.ask(line);
    this.#hasStarted ||= child.hasStarted;
    this.#patience.learn(typeof answer === 'string' ? 'answered' : answer.kind);
    if (typeof answer === 'string') return unsupported(`${first.kind} once, and not again alone (${first.how})`);
    const message = [answer.how, ...lastWords(answer.lastWords)].join('\n');
    if (!this.#hasStarted) return (this.#unusable = unsupported(`cannot be used: ${[answer.how, causeOf(answer.lastWords)].filter((word) => word !== undefined).join(': ')}`));
    if (answer.kind === 'bloated') return observationOf([{ kind: 'exhausted', resource: 'memory' }]);
    return observationOf([crashed({ invariant: answer.kind, operation: causeOf(answer.lastWords) ?? answer.how, message })]);
  }

  async #end(): Promise<void> {
    this.#hasStarted ||= this.#child?.hasStarted === true;
    await this.#child?.end();
  }

  async end(): Promise<void> {
    await this.#end();
    this.#child = undefined;
  }
}
