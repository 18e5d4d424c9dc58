/** A worker process as the campaign sees it: asked one thing at a time; it answers, or it is dead. */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { removeScratchOf } from '#fuzz/engines/foreign/process/scratch-folder.ts';
import { killGroup } from '#util/kill-group.ts';
import type { Plan } from './plan.ts';
import { planText } from './plan.ts';
import { childrenOf, cpuSecondsOf } from './processor-time.ts';
import type { Answer, Message, News, Request, Usage } from './protocol.ts';
import { WORKER_FLAGS } from './worker-flags.ts';

/** For Node to start and load everything, on a machine that is busy. */
const START_MS = 60_000;
const STDERR_BYTES = 4000;

export interface Death {
  readonly kind: 'dead';
  readonly cause: 'crash' | 'hang';
  /** `SIGSEGV`, `exit status 1`, `no answer in 10 s`. */
  readonly how: string;
  /** The end of what it wrote to standard error. */
  readonly lastWords: string;
  /** False when it died before it could do anything. */
  readonly started: boolean;
}

export class WorkerProcess {
  usage: Usage = { rssBytes: 0, cpuSeconds: 0 };
  readonly #child: ChildProcess;
  #started = false;
  #stderr = '';
  #hung: string | undefined;
  #onMessage: (message: Message) => void = () => {};
  readonly #exited: Promise<Death>;
  readonly #ready: Promise<void>;

  /** @param entry a module that calls `serve` */
  constructor(entry: URL, plan: Plan) {
    // This process's own flags are not passed on: a debugger or a test runner is not meant for workers.
    this.#child = fork(entry, [planText(plan)], { serialization: 'advanced', execArgv: [...WORKER_FLAGS], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#stderr = (this.#stderr + text).slice(-STDERR_BYTES)));
    this.#exited = new Promise((resolve) => {
      const die = (how: string): void => {
        if (this.pid !== undefined) removeScratchOf(this.pid);
        resolve(this.#death(how));
      };
      this.#child.on('error', (error) => die(error.message));
      // After the streams are closed, so that the last words are there.
      this.#child.on('close', (status, signal) => die(signal ?? `exit status ${status}`));
    });
    this.#ready = new Promise((resolve) => {
      this.#child.on('message', (message: Message) => {
        if (message.kind === 'ready') {
          this.#started = true;
          resolve();
        } else this.#onMessage(message);
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  #death(how: string): Death {
    const cause = this.#hung === undefined ? 'crash' : 'hang';
    return { kind: 'dead', cause, how: this.#hung ?? how, lastWords: this.#stderr.trim(), started: this.#started };
  }

  /**
   * @param limitMs when there is no answer for so long, the process is killed
   * @returns never rejects
   */
  async ask(request: Request, limitMs: number, onNews: (news: News) => void = () => {}): Promise<Answer | Death> {
    const starting = this.#killAfter(START_MS);
    const early = await Promise.race([this.#ready, this.#exited]);
    clearTimeout(starting);
    if (early !== undefined) return early;
    const answered = new Promise<Answer>((resolve) => {
      this.#onMessage = (message) => {
        if (message.kind === 'news') onNews(message.news);
        if (message.kind !== 'answer') return;
        this.usage = message.usage;
        resolve(message.answer);
      };
    });
    // A process that is gone cannot be sent anything; how it went is told by its exit.
    this.#child.send(request, () => {});
    const limit = this.#killAfter(limitMs);
    const result = await Promise.race([answered, this.#exited]);
    clearTimeout(limit);
    return result;
  }
  #killAfter(ms: number): NodeJS.Timeout | undefined {
    if (ms === Number.POSITIVE_INFINITY) return undefined;
    return setTimeout(() => {
      this.#hung = `no answer in ${ms / 1000} s`;
      this.kill();
    }, ms);
  }

  /** With the engines that it drives: one that hangs would not notice. */
  kill(): void {
    // What it has used since its last answer it will never tell.
    const cpuSeconds = (this.pid === undefined ? undefined : cpuSecondsOf(this.pid)) ?? 0;
    this.usage = { ...this.usage, cpuSeconds: Math.max(this.usage.cpuSeconds, cpuSeconds) };
    const engines = this.pid === undefined ? [] : childrenOf(this.pid);
    this.#child.kill('SIGKILL');
    engines.forEach(killGroup);
  }
  /** Resolves when the process is gone. */
  async end(): Promise<void> {
    this.kill();
    await this.#exited;
  }
}
