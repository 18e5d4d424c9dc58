/** A tool that was compiled to JavaScript, in a child that lives for many files (`tool-runner.js`). */
import { fileURLToPath } from 'node:url';
import type { Observation } from '../../observation.ts';
import type { ForeignSpec } from '../foreign-engine.ts';
import { garbage, unsupported } from '../foreign-engine.ts';
import { READY } from './child.ts';
import { Respondent } from './respondent.ts';
import { ScratchFolder } from './scratch-folder.ts';
import type { Ran, Tool, ToolOptions } from './tool.ts';

const RUNNER = fileURLToPath(new URL('tool-runner.js', import.meta.url));

export class CompiledTool implements Tool {
  readonly #name: string;
  readonly #folder = new ScratchFolder();
  readonly #respondent: Respondent;

  constructor({ name, path, flags, environment }: ForeignSpec, { fileName, limits, nodeFlags = [] }: ToolOptions) {
    this.#name = name;
    const args = [...nodeFlags, RUNNER, path, this.#folder.file(fileName), ...flags];
    this.#respondent = new Respondent({ path: process.execPath, args, environment }, READY, limits);
  }

  async run(files: readonly (string | Uint8Array)[]): Promise<readonly (Ran | Observation)[]> {
    const answers = await this.#respondent.ask(files.map((file) => Buffer.from(file).toString('base64')));
    return answers.map((answer) => (typeof answer === 'string' ? this.#read(answer) : answer));
  }
  #read(answer: string): Ran | Observation {
    try {
      const told = JSON.parse(answer) as Partial<Ran> & { readonly unwritten?: string };
      if (told.unwritten !== undefined) return unsupported(`no room for its files: ${told.unwritten}`);
      if (typeof told.code === 'number' && typeof told.said === 'string') return told as Ran;
    } catch {
      // Told below.
    }
    return garbage(this.#name, answer);
  }

  async end(): Promise<void> {
    await this.#respondent.end();
    this.#folder.remove();
  }
}
