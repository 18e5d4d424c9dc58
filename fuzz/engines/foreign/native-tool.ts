/** A tool that is a program of the system: a process for each file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Observation } from '../observation.ts';
import type { ForeignLimits, ForeignSpec } from './foreign-engine.ts';
import type { Ended } from './processes.ts';
import { Processes } from './processes.ts';
import type { Ran, Tool, ToolOptions } from './tool.ts';

export class NativeTool implements Tool {
  readonly #spec: ForeignSpec;
  readonly #limits: ForeignLimits;
  readonly #folder = mkdtempSync(join(tmpdir(), 'gctwin-tool-'));
  readonly #file: string;
  readonly #processes: Processes;

  constructor(spec: ForeignSpec, { fileName, limits }: ToolOptions) {
    this.#spec = spec;
    this.#limits = limits;
    this.#file = join(this.#folder, fileName);
    this.#processes = new Processes(limits.memoryBytes);
    process.once('exit', () => this.#clear());
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
    this.#clear();
  }
  #clear(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function ranOf({ how, exitCode, told, stdout, stderr }: Ended): Ran {
  const said = stdout + stderr;
  return how === 'exited' && exitCode !== undefined ? { code: exitCode, said } : { code: -1, said, failure: `ends with ${told}` };
}
