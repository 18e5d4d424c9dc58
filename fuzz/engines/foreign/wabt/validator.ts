/**
 * wabt's validator as an engine that runs nothing: it must think of each module as our own runtime does, and is believed to do the same otherwise. It
 * knows no GC types, so that most cases are not for it; of the others it sees the modules that it can read, not those of the host.
 */
import { fileURLToPath } from 'node:url';
import type { Observation, ObservedOutcome } from '../../observation.ts';
import type { ForeignCase, ForeignEngine, ForeignLimits, ForeignSpec } from '../foreign-engine.ts';
import { FOREIGN_LIMITS, garbage, observationOf, unsupported } from '../foreign-engine.ts';
import { READY } from '../process/child.ts';
import { Respondent } from '../process/respondent.ts';
import type { WabtOpinion } from './validator-process.ts';

const VALIDATOR = fileURLToPath(new URL('validator-process.ts', import.meta.url));

export class WabtValidator implements ForeignEngine {
  readonly #name: string;
  readonly #respondent: Respondent;

  constructor({ name, path, environment }: ForeignSpec, limits: ForeignLimits = FOREIGN_LIMITS) {
    this.#name = name;
    this.#respondent = new Respondent({ path: process.execPath, args: [VALIDATOR, path], environment }, READY, limits);
  }

  async run(cases: readonly ForeignCase[]): Promise<readonly Observation[]> {
    const answers = await this.#respondent.ask(cases.map(({ modules }) => JSON.stringify(modules.map(({ bytes }) => Buffer.from(bytes).toString('base64')))));
    return answers.map((answer, i) => (typeof answer === 'string' ? this.#observe(answer, cases[i]!) : answer));
  }

  #observe(text: string, { steps, predicted }: ForeignCase): Observation {
    let opinions: readonly WabtOpinion[];
    try {
      opinions = JSON.parse(text) as readonly WabtOpinion[];
    } catch {
      return garbage(this.#name, text);
    }
    if (opinions.every(({ kind }) => kind === 'unread')) return unsupported('no module that it can read');
    const outcomes: ObservedOutcome[] = [];
    for (const [i, expected] of predicted.entries()) {
      const step = steps[i];
      const opinion = step?.kind === 'instantiate' ? opinions[step.module] : undefined;
      const other = opinion && otherThan(expected, opinion);
      outcomes.push(other ?? expected);
      if (other !== undefined) break;
    }
    return observationOf(outcomes);
  }

  end(): Promise<void> {
    return this.#respondent.end();
  }
}

/** @returns undefined when they agree */
function otherThan({ kind }: ObservedOutcome, opinion: WabtOpinion): ObservedOutcome | undefined {
  if (opinion.kind === 'unread' || (opinion.kind === 'invalid') === (kind === 'invalid')) return undefined;
  return opinion.kind === 'valid' ? { kind: 'instantiated' } : { kind: 'invalid', reason: reasonIn(opinion.reason) };
}

/** Its first complaint, without place. */
function reasonIn(message: string): string {
  const line = message.split('\n').find((one) => /error: /.test(one)) ?? message;
  return line.replace(/^.*?error: /, '').replaceAll(/\d+/g, 'N').slice(0, 200);
}
