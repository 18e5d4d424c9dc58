/** JavaScript engines in long-lived children: cases go down a pipe, outcomes come back. */
import { fileURLToPath } from 'node:url';
import type { Observation, ObservedOutcome, ObservedValue } from '../observation.ts';
import type { Death } from './child.ts';
import { Child } from './child.ts';
import type { ForeignCase, ForeignEngine, ForeignLimits, ForeignSpec } from './foreign-engine.ts';
import { FOREIGN_LIMITS, causeOf, crashed, lastWords, observationOf, unsupported } from './foreign-engine.ts';
import type { Wording } from './javascript-traps.ts';
import { trapped } from './javascript-traps.ts';

const RUNNER = fileURLToPath(new URL('javascript-runner.js', import.meta.url));
/** A child is replaced after so many cases, for heaps fragment. */
const RECYCLE_AFTER = 5000;

type RawValue = number | { readonly i64: string };
type RawOutcome = readonly [kind: string, detail?: string | readonly RawValue[]];

export class JavaScriptEngine implements ForeignEngine {
  readonly #spec: ForeignSpec;
  readonly #wording: Wording;
  readonly #limits: ForeignLimits;
  #child: Child | undefined;
  #cases = 0;

  constructor(spec: ForeignSpec, wording: Wording, limits: ForeignLimits = FOREIGN_LIMITS) {
    this.#spec = spec;
    this.#wording = wording;
    this.#limits = limits;
  }

  async run(cases: readonly ForeignCase[]): Promise<readonly Observation[]> {
    const observations: Observation[] = [];
    while (observations.length < cases.length) {
      const rest = cases.slice(observations.length);
      const { child } = this;
      const answers = await Promise.all(rest.map((one) => child.ask(lineOf(one))));
      const dead = answers.findIndex((answer) => typeof answer !== 'string');
      const answered = dead === -1 ? answers : answers.slice(0, dead);
      this.#cases += answered.length;
      for (const answer of answered) observations.push(this.#observe(answer as string));
      if (dead !== -1) observations.push(await this.#askAgain(rest[dead]!, answers[dead] as Death));
    }
    if (this.#cases >= RECYCLE_AFTER) await this.end();
    return observations;
  }

  /** One that is there. */
  private get child(): Child {
    if (this.#child === undefined || this.#child.isDead) {
      const { path, flags, environment } = this.#spec;
      this.#child = new Child({ path, args: [...flags, RUNNER], environment }, this.#limits);
      this.#cases = 0;
    }
    return this.#child;
  }

  /** Whether it was this case is seen when it is alone in a process. */
  async #askAgain(one: ForeignCase, first: Death): Promise<Observation> {
    await this.#child?.end();
    const answer = await this.child.ask(lineOf(one));
    if (typeof answer === 'string') return unsupported(`${first.kind} once, and not again alone (${first.how})`);
    if (answer.kind === 'bloated') return observationOf([{ kind: 'exhausted', resource: 'memory' }]);
    const message = [answer.how, ...lastWords(answer.lastWords)].join('\n');
    return observationOf([crashed({ invariant: answer.kind, operation: causeOf(answer.lastWords) ?? answer.how, message })]);
  }

  #observe(answer: string): Observation {
    let outcomes: readonly RawOutcome[];
    try {
      outcomes = JSON.parse(answer) as readonly RawOutcome[];
    } catch {
      return observationOf([crashed({ invariant: 'garbage', operation: 'answer', message: `${this.#spec.name} answers ${answer.slice(0, 200)}` })]);
    }
    return observationOf(outcomes.map((outcome) => this.#outcome(outcome)));
  }
  #outcome([kind, detail]: RawOutcome): ObservedOutcome {
    const message = typeof detail === 'string' ? detail : '';
    switch (kind) {
      case 'returned':
        return { kind, values: (detail as readonly RawValue[]).map(valueOf) };
      case 'instantiated':
      case 'linkError':
      case 'threw':
      case 'skipped':
        return { kind };
      case 'invalid': {
        const limit = this.#wording.limit(message);
        return limit === undefined ? { kind } : { kind: 'unsupported', reason: limit };
      }
      case 'range':
        return { kind: 'exhausted', resource: /call stack/i.test(message) ? 'callStack' : 'memory' };
      case 'trap':
        return trapped(message, this.#wording) ?? crashed({ invariant: 'trap', operation: message, message: `${this.#spec.name} traps for an unknown reason: ${message}` });
      default:
        return crashed({ invariant: 'exception', operation: message, message: `${this.#spec.name} throws ${message}` });
    }
  }

  async end(): Promise<void> {
    await this.#child?.end();
    this.#child = undefined;
  }
}

function valueOf(value: RawValue): ObservedValue {
  return typeof value === 'number' ? { kind: 'i32', value } : { kind: 'i64', value: BigInt(value.i64) };
}

function lineOf({ modules, steps }: ForeignCase): string {
  return JSON.stringify({ modules: modules.map(({ name, bytes }) => ({ name, bytes: Buffer.from(bytes).toString('base64') })), steps });
}
