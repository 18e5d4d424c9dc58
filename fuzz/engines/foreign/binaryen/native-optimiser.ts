/** Binaryen as the program `wasm-opt`: a process for each module. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Observation } from '../../observation.ts';
import { optimiserArguments } from '../command-line.ts';
import type { ForeignLimits, ForeignSpec } from '../foreign-engine.ts';
import { causeOf, unsupported } from '../foreign-engine.ts';
import type { OptimiseAnswer, OptimiseRequest, Optimiser } from './optimiser.ts';
import type { Ended } from '../process/processes.ts';
import { Processes } from '../process/processes.ts';
import { ScratchFolder } from '../process/scratch-folder.ts';

type Failure = Exclude<OptimiseAnswer, { modules: unknown }>;

export class NativeOptimiser implements Optimiser {
  readonly #spec: ForeignSpec;
  readonly #limits: ForeignLimits;
  readonly #folder = new ScratchFolder();
  readonly #read = this.#folder.file('module.wasm');
  readonly #written = this.#folder.file('optimised.wasm');
  readonly #processes: Processes;

  constructor(spec: ForeignSpec, limits: ForeignLimits) {
    this.#spec = spec;
    this.#limits = limits;
    this.#processes = new Processes(limits.memoryBytes);
  }

  async optimise(requests: readonly OptimiseRequest[]): Promise<readonly (OptimiseAnswer | Observation)[]> {
    const answers: (OptimiseAnswer | Observation)[] = [];
    for (const request of requests) answers.push(await this.#answer(request));
    return answers;
  }

  async #answer({ passes, modules }: OptimiseRequest): Promise<OptimiseAnswer | Observation> {
    const done: (string | null)[] = [];
    for (const text of modules) {
      if (text === null) {
        done.push(null);
        continue;
      }
      writeFileSync(this.#read, Buffer.from(text, 'base64'));
      const ended = await this.#run(passes);
      if ('outcomes' in ended) return ended;
      if (ended.exitCode !== 0) return this.#failure(passes);
      done.push(readFileSync(this.#written, 'base64'));
    }
    return { modules: done };
  }

  /** In which pass it gives up: that without which, and all after it, it does not. */
  async #failure(passes: readonly string[]): Promise<Failure | Observation> {
    for (let count = 0; count <= passes.length; count++) {
      const ended = await this.#run(passes.slice(0, count));
      if ('outcomes' in ended) return ended;
      if (ended.exitCode === 0) continue;
      const words = `${ended.stderr}\n${ended.told}`.trim();
      return count === 0 ? { unread: words } : { failed: causeOf(words) ?? words, pass: passes[count - 1]! };
    }
    return unsupported('failed once, and not again alone');
  }

  #run(passes: readonly string[]): Promise<Ended | Observation> {
    const { path, environment } = this.#spec;
    return this.#processes.runSurely({ path, args: optimiserArguments(passes, this.#read, this.#written), environment }, this.#limits.caseMs);
  }

  async end(): Promise<void> {
    this.#processes.end();
    this.#folder.remove();
  }
}
