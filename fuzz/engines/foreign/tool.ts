/** A command-line tool that was compiled to JavaScript, run on one file after the other in a child that lives for many (`tool-runner.js`). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Observation, ObservedOutcome } from '../observation.ts';
import type { ForeignLimits, ForeignSpec } from './foreign-engine.ts';
import { causeOf, crashed, lastWords } from './foreign-engine.ts';
import { Respondent, garbage } from './respondent.ts';

const RUNNER = fileURLToPath(new URL('tool-runner.js', import.meta.url));
const SHOWN_LINES = 12;

/** How a run has ended. */
export interface Ran {
  /** Exit status; negative when it has not ended by itself. */
  readonly code: number;
  /** All that it has written. */
  readonly said: string;
  /** Why it has not ended by itself: `stack`, or the exception. */
  readonly failure?: string;
}

export interface ToolOptions {
  readonly fileName: string;
  readonly limits: ForeignLimits;
  /** Of the Node that runs it. */
  readonly nodeFlags?: readonly string[];
}

export class Tool {
  readonly #name: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'gctwin-tool-'));
  readonly #respondent: Respondent;

  constructor({ name, path, flags, environment }: ForeignSpec, { fileName, limits, nodeFlags = [] }: ToolOptions) {
    this.#name = name;
    const args = [...nodeFlags, RUNNER, path, join(this.#folder, fileName), ...flags];
    this.#respondent = new Respondent({ path: process.execPath, args, environment }, limits);
    process.once('exit', () => this.#clear());
  }

  /** @returns for each file how it went, or what is observed of a tool that does not answer */
  async run(files: readonly (string | Uint8Array)[]): Promise<readonly (Ran | Observation)[]> {
    const answers = await this.#respondent.ask(files.map((file) => Buffer.from(file).toString('base64')));
    return answers.map((answer) => (typeof answer === 'string' ? this.#read(answer) : answer));
  }
  #read(answer: string): Ran | Observation {
    try {
      return JSON.parse(answer) as Ran;
    } catch {
      return garbage(this.#name, answer);
    }
  }

  async end(): Promise<void> {
    await this.#respondent.end();
    this.#clear();
  }
  #clear(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The outcome of a step at which the tool has broken down. */
export function brokenDown({ code, said, failure = `exit status ${code}` }: Ran): ObservedOutcome {
  if (failure === 'stack') return { kind: 'exhausted', resource: 'callStack' };
  const words = `${said}\n${failure}`;
  return crashed({ invariant: 'died', operation: causeOf(words) ?? failure.split('\n')[0]!, message: lastWords(words).slice(-SHOWN_LINES).join('\n') });
}
