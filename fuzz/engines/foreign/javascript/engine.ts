/** JavaScript engines in long-lived children: cases go down a pipe, outcomes come back. */
import { fileURLToPath } from 'node:url';
import type { Observation, ObservedOutcome, ObservedValue } from '../../observation.ts';
import type { ForeignCase, ForeignEngine, ForeignLimits, ForeignSpec } from '../foreign-engine.ts';
import { FOREIGN_LIMITS, crashed, garbage, observationOf } from '../foreign-engine.ts';
import type { Wording } from './traps.ts';
import { refusal, trapped } from './traps.ts';
import { Respondent } from '../process/respondent.ts';

const RUNNER = fileURLToPath(new URL('runner.js', import.meta.url));

type RawValue = number | { readonly i64: string };
type RawOutcome = readonly [kind: string, detail?: string | readonly RawValue[]];

export class JavaScriptEngine implements ForeignEngine {
  readonly #spec: ForeignSpec;
  readonly #wording: Wording;
  readonly #respondent: Respondent;

  constructor(spec: ForeignSpec, wording: Wording, limits: ForeignLimits = FOREIGN_LIMITS) {
    this.#spec = spec;
    this.#wording = wording;
    const { path, flags, environment } = spec;
    this.#respondent = new Respondent({ path, args: [...flags, RUNNER], environment }, `ready ${spec.family}`, limits);
  }

  async run(cases: readonly ForeignCase[]): Promise<readonly Observation[]> {
    const answers = await this.#respondent.ask(cases.map(lineOf));
    return answers.map((answer) => (typeof answer === 'string' ? this.#observe(answer) : answer));
  }

  #observe(answer: string): Observation {
    try {
      return observationOf((JSON.parse(answer) as readonly RawOutcome[]).map((outcome) => this.#outcome(outcome)));
    } catch {
      return garbage(this.#spec.name, answer);
    }
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
        return limit === undefined ? { kind, reason: refusal(message) } : { kind: 'unsupported', reason: limit };
      }
      case 'range':
        return { kind: 'exhausted', resource: /call stack/i.test(message) ? 'callStack' : 'memory' };
      case 'trap':
        return trapped(message, this.#wording) ?? crashed({ invariant: 'trap', operation: message, message: `${this.#spec.name} traps for an unknown reason: ${message}` });
      default:
        return crashed({ invariant: 'exception', operation: message, message: `${this.#spec.name} throws ${message}` });
    }
  }

  end(): Promise<void> {
    return this.#respondent.end();
  }
}

function valueOf(value: RawValue): ObservedValue {
  return typeof value === 'number' ? { kind: 'i32', value } : { kind: 'i64', value: BigInt(value.i64) };
}

function lineOf({ modules, steps }: ForeignCase): string {
  return JSON.stringify({ modules: modules.map(({ name, bytes }) => ({ name, bytes: Buffer.from(bytes).toString('base64') })), steps });
}
