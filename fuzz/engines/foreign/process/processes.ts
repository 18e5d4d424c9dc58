/** Processes that run once, each within limits of time and memory. */
import { execa } from 'execa';
import type { Observation } from '../../observation.ts';
import type { Command } from './child.ts';
import { limited, residentBytes } from './child.ts';
import { crashed, observationOf, unsupported } from '../foreign-engine.ts';

const LOOK_MS = 100;
/** Of what a process says. */
const SAID_BYTES = 1 << 22;

export interface Ended {
  /** By itself, by a signal, because it had no time left, or no memory. */
  readonly how: 'exited' | 'died' | 'hung' | 'bloated';
  /** `SIGSEGV`, `exit status 1`. */
  readonly told: string;
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export class Processes {
  readonly #memoryBytes: number;
  readonly #running = new Set<AbortController>();

  constructor(memoryBytes: number) {
    this.#memoryBytes = memoryBytes;
  }

  /** Does not reject, whatever becomes of the process. */
  async run(command: Command, limitMs: number): Promise<Ended> {
    const [program, args] = limited(command);
    const abort = new AbortController();
    this.#running.add(abort);
    const process = execa(program, args, { reject: false, stdin: 'ignore', timeout: limitMs, killSignal: 'SIGKILL', cancelSignal: abort.signal, env: { ...command.environment }, maxBuffer: SAID_BYTES });
    let isBloated = false;
    const watch = setInterval(() => {
      if ((residentBytes(process.pid) ?? 0) <= this.#memoryBytes) return;
      isBloated = true;
      process.kill('SIGKILL');
    }, LOOK_MS);
    const { stdout, stderr, timedOut, signal, exitCode } = await process;
    clearInterval(watch);
    this.#running.delete(abort);
    const how = exitCode === 0 ? 'exited' : isBloated ? 'bloated' : timedOut ? 'hung' : signal === undefined ? 'exited' : 'died';
    return { how, told: signal ?? `exit status ${exitCode}`, exitCode, stdout, stderr };
  }

  /**
   * As `run`, but once more where it does not exit: the machine may have been busy.
   * @returns what is observed of one that exits only once, has no time left or no memory; how the others have exited or died
   */
  async runSurely(command: Command, limitMs: number): Promise<Ended | Observation> {
    const first = await this.run(command, limitMs);
    if (first.how === 'exited') return first;
    const again = await this.run(command, limitMs);
    if (again.how === 'exited') return unsupported(`${first.how} once, and not again alone (${first.told})`);
    if (again.how === 'bloated') return observationOf([{ kind: 'exhausted', resource: 'memory' }]);
    if (again.how === 'hung') return observationOf([crashed({ invariant: 'hung', operation: `no end in ${limitMs / 1000} s`, message: 'does not end' })]);
    return again;
  }

  /** Ends those that run. */
  end(): void {
    for (const abort of this.#running) abort.abort();
  }
}
