/**
 * A command that says whether a module is interesting: it is started with the path of a candidate as its last argument, and exit
 * status 0 is a yes. However this process ends, kill -9 included, so do commands that are under way, and no candidate stays.
 */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandOptions, CommandOutcome } from './command.ts';
import { CommandError } from './command.ts';
import type { StarterAnswer, StarterRequest, StarterTask } from './starter-protocol.ts';

/** A run that is under way. */
export interface CommandRun {
  /** @throws CommandError */
  readonly outcome: Promise<CommandOutcome>;
  /** Ends it now. */
  readonly withdraw: () => void;
}

type Settle = (outcome: StarterAnswer['outcome']) => void;

export class CommandTest {
  /** Of candidates; in the system's folder for temporary files. */
  readonly #folder: string;
  readonly #starter: ChildProcess;
  /** Runs that wait for an answer, by id. */
  readonly #running = new Map<number, Settle>();
  /** All that are under way, those that still write their candidate among them. */
  readonly #open = new Map<AbortController, Promise<unknown>>();
  readonly #onExit = (): void => rmSync(this.#folder, { recursive: true, force: true });
  #count = 0;

  /** @throws errors of the file system */
  constructor({ words, timeoutMs }: CommandOptions) {
    this.#folder = mkdtempSync(join(tmpdir(), 'gctwin-minimize-'));
    const task: StarterTask = { words, timeoutMs, folder: this.#folder };
    // In a session of its own, or Ctrl-C would end it first. Node's own flags are not passed on.
    this.#starter = fork(new URL('starter.ts', import.meta.url), [JSON.stringify(task)], { detached: true, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    this.#starter.on('message', ({ id, outcome }: StarterAnswer) => this.#running.get(id)?.(outcome));
    this.#starter.on('error', (error) => this.#giveUp(error.message));
    this.#starter.on('exit', (status, signal) => this.#giveUp(`the process that starts it has ended with ${signal ?? `status ${status}`}`));
    this.#rest();
    // Also when the process ends without having been asked to end in order.
    process.on('exit', this.#onExit);
  }

  /** @param bytes of a module */
  run(bytes: Uint8Array): CommandRun {
    const id = ++this.#count;
    const path = join(this.#folder, `candidate-${id}.wasm`);
    const controller = new AbortController();
    const outcome = this.#outcomeOf(id, path, bytes, controller.signal).finally(() => {
      this.#open.delete(controller);
      rmSync(path, { force: true });
    });
    this.#open.set(controller, outcome);
    return { outcome, withdraw: () => controller.abort() };
  }

  async #outcomeOf(id: number, path: string, bytes: Uint8Array, withdrawn: AbortSignal): Promise<CommandOutcome> {
    try {
      await writeFile(path, bytes);
    } catch (error) {
      if (withdrawn.aborted) return { kind: 'withdrawn' };
      throw new CommandError(`a candidate cannot be written to ${path}: ${(error as Error).message}`, { cause: error });
    }
    if (withdrawn.aborted) return { kind: 'withdrawn' };
    const onWithdrawn = (): void => this.#tell({ kind: 'withdraw', id });
    withdrawn.addEventListener('abort', onWithdrawn);
    const outcome = await this.#started(id, path);
    withdrawn.removeEventListener('abort', onWithdrawn);
    if (outcome.kind === 'error') throw new CommandError(outcome.message);
    return outcome;
  }

  #started(id: number, path: string): Promise<StarterAnswer['outcome']> {
    return new Promise((resolve) => {
      // Somebody waits for its answer now.
      this.#starter.ref();
      this.#starter.channel?.ref();
      this.#running.set(id, (outcome) => {
        this.#running.delete(id);
        if (this.#running.size === 0) this.#rest();
        resolve(outcome);
      });
      this.#tell({ kind: 'run', id, path });
    });
  }
  #tell(request: StarterRequest): void {
    if (!this.#starter.connected) return this.#giveUp('the process that starts it is gone');
    this.#starter.send(request, (error) => error === null || this.#giveUp(error.message));
  }

  /** Does not keep this process from ending. */
  #rest(): void {
    this.#starter.unref();
    this.#starter.channel?.unref();
  }
  #giveUp(why: string): void {
    for (const settle of this.#running.values()) settle({ kind: 'error', message: `the test cannot be started: ${why}` });
  }

  /** Ends everything that is under way. Resolves when no candidate is left. */
  async close(): Promise<void> {
    const under = [...this.#open];
    for (const [controller] of under) controller.abort();
    for (const settle of this.#running.values()) settle({ kind: 'withdrawn' });
    // Or a file might still be made in the folder that is being removed.
    await Promise.allSettled(under.map(([, outcome]) => outcome));
    if (this.#starter.connected) this.#starter.disconnect();
    rmSync(this.#folder, { recursive: true, force: true });
    process.off('exit', this.#onExit);
  }
}
