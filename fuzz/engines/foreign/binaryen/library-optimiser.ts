/** Binaryen as a library, in a child that lives for many cases (`library-process.ts`). */
import { fileURLToPath } from 'node:url';
import type { Observation } from '../../observation.ts';
import type { ForeignLimits, ForeignSpec } from '../foreign-engine.ts';
import { garbage } from '../foreign-engine.ts';
import type { OptimiseAnswer, OptimiseRequest, Optimiser } from './optimiser.ts';
import { READY } from '../process/child.ts';
import { Respondent } from '../process/respondent.ts';

const OPTIMISER = fileURLToPath(new URL('library-process.ts', import.meta.url));

export class LibraryOptimiser implements Optimiser {
  readonly #name: string;
  readonly #respondent: Respondent;

  constructor({ name, path, environment }: ForeignSpec, limits: ForeignLimits) {
    this.#name = name;
    this.#respondent = new Respondent({ path: process.execPath, args: [OPTIMISER, path], environment }, READY, limits);
  }

  async optimise(requests: readonly OptimiseRequest[]): Promise<readonly (OptimiseAnswer | Observation)[]> {
    const answers = await this.#respondent.ask(requests.map((request) => JSON.stringify(request)));
    return answers.map((answer) => (typeof answer === 'string' ? this.#read(answer) : answer));
  }
  #read(answer: string): OptimiseAnswer | Observation {
    try {
      return JSON.parse(answer) as OptimiseAnswer;
    } catch {
      return garbage(this.#name, answer);
    }
  }

  end(): Promise<void> {
    return this.#respondent.end();
  }
}
