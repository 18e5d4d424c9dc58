/** A process that is asked questions one a line and answers in their order, one a line. It answers, or it is dead. */
import { readFileSync } from 'node:fs';
import { killGroup } from '#util/kill-group.ts';
import type { ForeignLimits } from '../foreign-engine.ts';
import type { Command, Leader } from './group.ts';
import { startGroup } from './group.ts';

/** Answers begin with it; whatever else an engine writes is no answer. */
export const ANSWER_MARK = '@';
/** With which our own scripts greet. */
export const READY = 'ready';
const STDERR_CHARACTERS = 8000;
const LOOK_MS = 200;
const START_MS = 20_000;
const PAGE_BYTES = 4096;
const SHOWN = 60;

export interface Death {
  readonly kind: 'died' | 'hung' | 'bloated';
  /** `SIGSEGV`, `exit status 1`, `no answer in 5 s`. */
  readonly how: string;
  /** The end of what it wrote to standard error, and to standard output besides answers. */
  readonly lastWords: string;
}

/** Bytes of memory that a process has; undefined where there is no telling. */
export function residentBytes(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined;
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return undefined;
  }
}

export class Child {
  readonly #process: Leader;
  readonly #limits: ForeignLimits;
  readonly #watch: NodeJS.Timeout;
  readonly #waiting: ((answer: string | Death) => void)[] = [];
  readonly gone: Promise<void>;
  #rest = '';
  #lastWords = '';
  #killedFor: Pick<Death, 'kind' | 'how'> | undefined;
  #death: Death | undefined;
  /** When it last gave an answer, or was first asked after that. */
  #since = performance.now();
  #started = false;

  /** @param greeting with which it says that it is ready, and that it is what we take it for */
  constructor(command: Command, greeting: string, limits: ForeignLimits) {
    this.#limits = limits;
    const { leader, exited } = startGroup(command);
    this.#process = leader;
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => (this.#lastWords = (this.#lastWords + text).slice(-STDERR_CHARACTERS)));
    this.#watch = setInterval(() => this.#look(), LOOK_MS);
    this.gone = exited.then(({ signal, exitCode, cause }) => this.#die(signal ?? (exitCode === undefined ? String((cause as Error | undefined)?.message) : `exit status ${exitCode}`)));
    void this.#waiting.push((answer) => {
      this.#started = answer === greeting;
      if (typeof answer === 'string' && !this.#started) this.#kill({ kind: 'died', how: `it says ${JSON.stringify(answer.slice(0, SHOWN))}, not ${JSON.stringify(greeting)}` });
    });
  }

  /** Whether it has greeted as it should. */
  get hasStarted(): boolean {
    return this.#started;
  }

  get isDead(): boolean {
    return this.#death !== undefined;
  }

  /** @returns the answer without its mark; never rejects */
  ask(line: string): Promise<string | Death> {
    if (this.#death !== undefined) return Promise.resolve(this.#death);
    if (this.#waiting.length === 0) this.#since = performance.now();
    this.#process.stdin.write(`${line}\n`);
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  #hear(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    for (const line of lines) {
      // It has no say any more.
      if (this.#killedFor !== undefined) return;
      if (!line.startsWith(ANSWER_MARK)) {
        this.#lastWords = `${this.#lastWords}${line}\n`.slice(-STDERR_CHARACTERS);
        continue;
      }
      this.#since = performance.now();
      this.#waiting.shift()?.(line.slice(ANSWER_MARK.length));
    }
    // A line without end is no answer either.
    if (this.#rest.length > 1 << 24) this.#kill({ kind: 'died', how: 'it prints a line without end' });
  }

  #look(): void {
    if (this.#waiting.length === 0) return;
    const limit = this.#started ? this.#limits.caseMs : START_MS;
    if (performance.now() - this.#since > limit) return this.#kill({ kind: 'hung', how: `no answer in ${limit / 1000} s` });
    const bytes = residentBytes(this.#process.pid);
    if (bytes !== undefined && bytes > this.#limits.memoryBytes) this.#kill({ kind: 'bloated', how: `more than ${this.#limits.memoryBytes >> 20} MiB of memory` });
  }
  #kill(reason: Pick<Death, 'kind' | 'how'>): void {
    this.#killedFor ??= reason;
    killGroup(this.#process.pid);
  }

  #die(how: string): void {
    clearInterval(this.#watch);
    const death: Death = { kind: 'died', how, ...this.#killedFor, lastWords: this.#lastWords.trim() };
    this.#death = death;
    for (const tell of this.#waiting.splice(0)) tell(death);
  }

  /** Resolves when the process is gone. */
  async end(): Promise<void> {
    killGroup(this.#process.pid);
    await this.gone;
  }
}
