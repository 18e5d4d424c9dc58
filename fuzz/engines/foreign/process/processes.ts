/** Processes that run once, each within limits of time and memory. */
import type { Readable } from 'node:stream';
import { killGroup } from '#util/kill-group.ts';
import type { Observation } from '../../observation.ts';
import { residentBytes } from './child.ts';
import type { Command } from './group.ts';
import { startGroup } from './group.ts';
import { crashed, observationOf, unsupported } from '../foreign-engine.ts';
import { NOT_TRIED, Patience } from './patience.ts';

const LOOK_MS = 100;
/** The end of what a process says. */
const SAID_CHARACTERS = 1 << 22;

export interface Ended {
  /** By itself, by a signal, because it had no time left, or no memory. */
  readonly how: 'exited' | 'died' | 'hung' | 'bloated';
  /** `SIGSEGV`, `exit status 1`. */
  readonly told: string;
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** @returns the end of what has come by now */
function endOf(stream: Readable): () => string {
  let said = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.length > 2 * SAID_CHARACTERS) said = said.slice(-SAID_CHARACTERS);
  });
  return () => said.slice(-SAID_CHARACTERS).replace(/\r?\n$/, '');
}

export class Processes {
  readonly #memoryBytes: number;
  readonly #patience = new Patience();
  readonly #running = new Set<number>();

  constructor(memoryBytes: number) {
    this.#memoryBytes = memoryBytes;
  }

  /** Does not reject, whatever becomes of the process. */
  async run(command: Command, limitMs: number): Promise<Ended> {
    const { leader, exited } = startGroup(command);
    const { pid, stdin } = leader;
    stdin.end();
    const [stdout, stderr] = [endOf(leader.stdout), endOf(leader.stderr)];
    let killedFor: 'hung' | 'bloated' | undefined;
    const kill = (reason: 'hung' | 'bloated'): void => {
      killedFor ??= reason;
      killGroup(pid);
    };
    const limit = setTimeout(kill, limitMs, 'hung');
    const watch = setInterval(() => {
      if ((residentBytes(pid) ?? 0) > this.#memoryBytes) kill('bloated');
    }, LOOK_MS);
    if (pid !== undefined) this.#running.add(pid);
    const { signal, exitCode } = await exited;
    if (pid !== undefined) this.#running.delete(pid);
    clearTimeout(limit);
    clearInterval(watch);
    const how = exitCode === 0 ? 'exited' : (killedFor ?? (signal === undefined ? 'exited' : 'died'));
    return { how, told: signal ?? `exit status ${exitCode}`, exitCode, stdout: stdout(), stderr: stderr() };
  }

  /**
   * As `run`, but once more where it does not exit: the machine may have been busy.
   * @returns what is observed of one that exits only once, has no time left or no memory, or is not tried; how the others have exited or died
   */
  async runSurely(command: Command, limitMs: number): Promise<Ended | Observation> {
    if (!this.#patience.tries()) return NOT_TRIED;
    const first = await this.run(command, limitMs);
    const again = first.how === 'exited' ? first : await this.run(command, limitMs);
    this.#patience.learn(again.how);
    if (first.how === 'exited') return first;
    if (again.how === 'exited') return unsupported(`${first.how} once, and not again alone (${first.told})`);
    if (again.how === 'bloated') return observationOf([{ kind: 'exhausted', resource: 'memory' }]);
    if (again.how === 'hung') return observationOf([crashed({ invariant: 'hung', operation: `no end in ${limitMs / 1000} s`, message: 'does not end' })]);
    return again;
  }

  /** Ends those that run. */
  end(): void {
    this.#running.forEach(killGroup);
  }
}
