/** A tool that is a program of the system: a process for each file. */
import { writeFileSync } from 'node:fs';
import type { Observation } from '../../observation.ts';
import type { ForeignLimits, ForeignSpec } from '../foreign-engine.ts';
import type { Ended } from './processes.ts';
import { Processes } from './processes.ts';
import { ScratchFolder } from './scratch-folder.ts';
import type { Ran, Tool, ToolOptions } from './tool.ts';

export class NativeTool implements Tool {
  readonly #spec: ForeignSpec;
  readonly #limits: ForeignLimits;
  readonly #folder = new ScratchFolder();
  readonly #file: string;
  readonly #processes: Processes;

  constructor(spec: ForeignSpec, { fileName, limits }: ToolOptions) {
    this.#spec = spec;
    this.#limits = limits;
    this.#file = this.#folder.file(fileName);
    this.#processes = new Processes(limits.memoryBytes);
  }

  async run(files: readonly (string | Uint8Array)[]): Promise<readonly (Ran | Observation)[]> {
    const seen: (Ran | Observation)[] = [];
    for (const file of files) {
      writeFileSync(this.#file, file);
      seen.push(await this.#runOne());
    }
    return seen;
  }

  async #runOne(): Promise<Ran | Observation> {
    const { path, flags, environment } = this.#spec;
    const ended = await this.#processes.runSurely({ path, args: [this.#file, ...flags], environment, isMerged: true }, this.#limits.caseMs);
    return 'outcomes' in ended ? ended : ranOf(ended);
  }

  async end(): Promise<void> {
    this.#processes.end();
    this.#folder.remove();
  }
}

function ranOf({ how, exitCode, told, stdout, stderr }: Ended): Ran {
  const said = stdout + stderr;
  return how === 'exited' && exitCode !== undefined ? { code: exitCode, said } : { code: -1, said, failure: `ends with ${told}` };
}
