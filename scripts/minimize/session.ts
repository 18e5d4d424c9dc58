/** A minimization with its surroundings: progress for whoever watches, and the best so far on its way to disk. */
import { Keeper } from '#fuzz/minimize/keeper.ts';
import type { JudgedBy, MinimizeResult } from '#fuzz/minimize/minimize.ts';
import type { CommandOptions } from '#fuzz/minimize/command.ts';
import { Minimization } from '#fuzz/minimize/minimize.ts';
import type { Smaller } from '#fuzz/minimize/protocol.ts';
import { packProgram } from '#fuzz/program/record.ts';
import type { Logger } from 'pino';
import { InputError } from '../cli/errors.ts';
import { StatusPanel } from '../cli/status-panel.ts';
import type { Destination } from './destination.ts';
import { progressLine, progressPanel } from './report.ts';
import type { Subject } from './subject.ts';

const REFRESH_MS = 250;

export interface SessionOptions {
  readonly minimization: Minimization;
  readonly subject: Subject;
  readonly judgedBy: JudgedBy;
  readonly destination: Destination;
  readonly maxSeconds: number | undefined;
  readonly interrupted: AbortSignal;
  /** Told of the input, once it is known to be interesting. */
  readonly onBegun: (input: Smaller) => void;
  readonly log: Logger;
}

/**
 * Loads what a minimization takes while its input is read.
 * @throws InputError when there is no place for candidates
 */
export function prepareMinimization(command: CommandOptions | undefined): Minimization {
  try {
    return new Minimization(command);
  } catch (error) {
    throw mendable('make a folder for candidates', error);
  }
}

export class Session {
  /** The smallest that has passed; undefined until the input has. */
  best: Smaller | undefined;
  readonly #options: SessionOptions;
  readonly #startMs = performance.now();
  readonly #broken = new AbortController();
  readonly #keeper: Keeper<Smaller>;
  #unwritten: unknown;
  #reducer = '';

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#keeper = new Keeper(options.destination.keep, (error) => {
      this.#unwritten = error;
      this.#broken.abort();
    });
  }

  get tries(): number {
    return this.#options.minimization.tries;
  }
  get seconds(): number {
    return (performance.now() - this.#startMs) / 1000;
  }

  #improve(smaller: Smaller): void {
    if (this.best === undefined) this.#options.onBegun(smaller);
    this.best = smaller;
    this.#keeper.keep(smaller);
  }

  /** To be called once. @throws InputError when the best cannot be written */
  async run(): Promise<MinimizeResult> {
    const { minimization, subject, judgedBy, log, destination, maxSeconds, interrupted } = this.#options;
    const limits = maxSeconds === undefined ? [] : [AbortSignal.timeout(1000 * maxSeconds)];
    const status = new StatusPanel(log);
    const refresh = setInterval(() => this.#show(status), REFRESH_MS);
    try {
      const result = await minimization.run({
        program: packProgram(subject.program),
        judgedBy,
        stop: AbortSignal.any([interrupted, this.#broken.signal, ...limits]),
        onSmaller: (smaller) => this.#improve(smaller),
        onReducer: (name) => (this.#reducer = name),
      });
      await this.#keeper.finish();
      if (this.#unwritten !== undefined) throw mendable(`write ${destination.path}`, this.#unwritten);
      return result;
    } finally {
      clearInterval(refresh);
      status.clear();
    }
  }
  /** Writes what only the last one needs. @throws InputError */
  async finish(complete: boolean): Promise<void> {
    const { destination } = this.#options;
    try {
      await destination.finish({ ...this.best!, tries: this.tries }, complete);
    } catch (error) {
      throw mendable(`write beside ${destination.path}`, error);
    }
  }
  #show(status: StatusPanel): void {
    if (this.best === undefined) return;
    const { subject } = this.#options;
    const progress = { before: subject.size, best: this.best.size, tries: this.tries, seconds: this.seconds, reducer: this.#reducer };
    status.update({ panel: () => progressPanel(subject.path, progress), line: () => progressLine(progress) });
  }
}

/**
 * What to throw for what went wrong: the user can mend what the file system refuses, all else is a defect.
 * @param what was tried, in words: `write a.wasm`
 */
function mendable(what: string, error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code === undefined) return error;
  return new InputError(`cannot ${what}: ${(error as Error).message}`, { cause: error });
}
