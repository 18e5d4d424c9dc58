/**
 * Shrinks a Program in a thread of its own, and runs the command that judges candidates if there is one. What has become
 * smaller is told at once, so that it can be kept whatever happens next.
 */
import { Worker } from 'node:worker_threads';
import type { PackedProgram } from '#fuzz/program/record.ts';
import type { CommandOptions, CommandOutcome } from './command.ts';
import { CommandError } from './command.ts';
import type { CommandRun } from './command-test.ts';
import { CommandTest } from './command-test.ts';
import type { News, Reply, Smaller, Task, Test } from './protocol.ts';
import { SHARED, SHARED_BYTES } from './protocol.ts';

/** A thread that does not look whether it should stop is ended after so long. */
const GRACE_MS = 3000;

/** A command, of which so many are run at a time. */
export interface CommandJudge extends CommandOptions {
  readonly kind: 'command';
  readonly jobs: number;
}
export type JudgedBy = Exclude<Test, { readonly kind: 'asked' }> | CommandJudge;

export interface MinimizeOptions {
  readonly program: PackedProgram;
  /** By the command that it was made for, if there is one. */
  readonly judgedBy: JudgedBy;
  /** Aborted when no more is to be tried. */
  readonly stop: AbortSignal;
  /** Told of the input when it has passed, and then of whatever is smaller than all before. */
  readonly onSmaller: (smaller: Smaller) => void;
  readonly onReducer: (name: string) => void;
}

export type MinimizeResult =
  | { readonly kind: 'minimized'; readonly complete: boolean }
  /** The test does not hold for the input, or holds for empty modules. @param why what it said of the former */
  | { readonly kind: 'refused'; readonly because: 'input' | 'empty'; readonly why: string }
  /** It was stopped before it was clear whether there is something to do. */
  | { readonly kind: 'stopped' }
  /** The command cannot be run, or the thread has run out of memory; what has become smaller until then holds. */
  | { readonly kind: 'failed'; readonly why: string };

/** For one Program, which need not be known yet: what it takes is loaded in the meantime. */
export class Minimization implements AsyncDisposable {
  readonly #shared = new Int32Array(new SharedArrayBuffer(SHARED_BYTES));
  readonly #command: CommandTest | undefined;
  readonly #runs = new Map<number, CommandRun>();
  readonly #worker: Worker;
  #options: MinimizeOptions | undefined;
  #result: MinimizeResult | undefined;
  #hasBegun = false;
  #lastOutcome = '';

  /**
   * @param command that judges, if one does
   * @throws errors of the file system, when there is no place for candidates
   */
  constructor(command: CommandOptions | undefined) {
    this.#command = command && new CommandTest(command);
    // Node's own flags are not passed on: a debugger or a test runner is not meant for it.
    this.#worker = new Worker(new URL('thread.ts', import.meta.url), { workerData: this.#shared.buffer, execArgv: [] });
  }

  /** Candidates that were run. */
  get tries(): number {
    return Atomics.load(this.#shared, SHARED.tries);
  }

  /** To be called once. @throws what the thread throws, which is a defect */
  async run(options: MinimizeOptions): Promise<MinimizeResult> {
    this.#options = options;
    const { program, judgedBy, stop } = options;
    const test: Test = judgedBy.kind === 'command' ? { kind: 'asked', jobs: judgedBy.jobs } : judgedBy;
    const task: Task = { program, test };
    this.#worker.postMessage(task);
    let grace: NodeJS.Timeout | undefined;
    const onStop = (): void => {
      this.#stopTrying();
      grace = setTimeout(() => void this.#worker.terminate(), GRACE_MS);
    };
    if (stop.aborted) onStop();
    else stop.addEventListener('abort', onStop, { once: true });
    try {
      await this.#ended();
    } finally {
      stop.removeEventListener('abort', onStop);
      clearTimeout(grace);
    }
    if (this.#result?.kind === 'failed') return this.#result;
    if (stop.aborted) return this.#hasBegun ? { kind: 'minimized', complete: isComplete(this.#result) } : { kind: 'stopped' };
    return this.#result!;
  }

  #ended(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#worker.on('message', (news: News) => this.#hear(news));
      this.#worker.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return reject(error);
        this.#result = { kind: 'failed', why: 'it has run out of memory' };
      });
      this.#worker.on('exit', () => resolve());
    });
  }

  #hear(news: News): void {
    switch (news.kind) {
      case 'ask':
        return void this.#ask(news.id, news.bytes);
      case 'withdraw':
        return this.#runs.get(news.id)?.withdraw();
      case 'refused':
        this.#result ??= { kind: 'refused', because: news.because, why: news.why ?? this.#lastOutcome };
        return;
      case 'begun':
        this.#hasBegun = true;
        return this.#options!.onSmaller(news.input);
      case 'reducer':
        return this.#options!.onReducer(news.name);
      case 'smaller':
        return this.#options!.onSmaller(news.smaller);
      case 'done':
        this.#result ??= { kind: 'minimized', complete: news.complete };
    }
  }

  async #ask(id: number, bytes: Uint8Array): Promise<void> {
    // Nothing is started any more.
    if (Atomics.load(this.#shared, SHARED.stop) !== 0) return this.#answer(id, { kind: 'withdrawn' });
    const run = this.#command!.run(bytes);
    this.#runs.set(id, run);
    try {
      this.#answer(id, await run.outcome);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#result ??= { kind: 'failed', why: error.message };
      this.#stopTrying();
      this.#answer(id, { kind: 'withdrawn' });
    } finally {
      this.#runs.delete(id);
    }
  }
  #answer(id: number, outcome: CommandOutcome): void {
    if (outcome.kind === 'fails') this.#lastOutcome = outcome.how;
    const reply: Reply = { id, holds: outcome.kind === 'holds' };
    this.#worker.postMessage(reply);
    Atomics.add(this.#shared, SHARED.answers, 1);
    Atomics.notify(this.#shared, SHARED.answers);
  }

  /** Ends what is under way; no candidate is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
    await this.#command?.close();
  }

  #stopTrying(): void {
    Atomics.store(this.#shared, SHARED.stop, 1);
    for (const { withdraw } of this.#runs.values()) withdraw();
  }
}

function isComplete(result: MinimizeResult | undefined): boolean {
  return result?.kind === 'minimized' && result.complete;
}
