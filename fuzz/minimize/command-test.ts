/**
 * A command that says whether a module is interesting: it is started with the path of a candidate as its last argument, and exit
 * status 0 is a yes. Each run has a process group of its own, so that whatever it has started ends with it, and all of it with this process.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { Watchdog } from './watchdog.ts';

export interface CommandOptions {
  /** The program and its arguments; not empty. */
  readonly words: readonly string[];
  /** A run that takes longer is ended, and is a no. */
  readonly timeoutMs: number;
}

/** How a run ended. */
export type CommandOutcome =
  | { readonly kind: 'holds' }
  /** @param how in words: `exit status 1` */
  | { readonly kind: 'fails'; readonly how: string }
  | { readonly kind: 'withdrawn' };

/** The command cannot be run at all. The message says why. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program',
  EACCES: 'permission is denied: it may not be executable',
  ENOEXEC: 'it is no program',
};

function reasonFor(file: string, code: string | undefined): string | undefined {
  if (code === 'ENOENT' && existsSync(file)) return 'there is no such program as its first line asks for';
  return REASONS[code ?? ''];
}

/** Windows has no process groups that a signal could be sent to. */
const HAS_GROUPS = process.platform !== 'win32';

/** A run that is under way. */
export interface CommandRun {
  /** @throws CommandError */
  readonly outcome: Promise<CommandOutcome>;
  /** Ends it now. */
  readonly withdraw: () => void;
}

export class CommandTest {
  readonly #options: CommandOptions;
  /** Of candidates; in the system's folder for temporary files. */
  readonly #folder: string;
  readonly #running = new Set<AbortController>();
  readonly #watchdog: Watchdog;
  readonly #onExit = (): void => this.close();
  #count = 0;

  /** @throws errors of the file system */
  constructor(options: CommandOptions) {
    this.#options = options;
    this.#folder = mkdtempSync(join(tmpdir(), 'gctwin-minimize-'));
    this.#watchdog = new Watchdog(this.#folder);
    // Also when the process ends without having been asked to end in order.
    process.on('exit', this.#onExit);
  }

  /** @param bytes of a module */
  run(bytes: Uint8Array): CommandRun {
    const path = join(this.#folder, `candidate-${++this.#count}.wasm`);
    const controller = new AbortController();
    this.#running.add(controller);
    const outcome = this.#outcomeOf(path, bytes, controller.signal).finally(() => {
      this.#running.delete(controller);
      rmSync(path, { force: true });
    });
    return { outcome, withdraw: () => controller.abort() };
  }

  async #outcomeOf(path: string, bytes: Uint8Array, withdrawn: AbortSignal): Promise<CommandOutcome> {
    try {
      await writeFile(path, bytes);
    } catch (error) {
      if (withdrawn.aborted) return { kind: 'withdrawn' };
      throw new CommandError(`a candidate cannot be written to ${path}: ${(error as Error).message}`, { cause: error });
    }
    return withdrawn.aborted ? { kind: 'withdrawn' } : await this.#execute(path, withdrawn);
  }

  async #execute(path: string, withdrawn: AbortSignal): Promise<CommandOutcome> {
    const { words, timeoutMs } = this.#options;
    const [file, ...args] = words as [string, ...string[]];
    const process = execa(file, [...args, path], { detached: HAS_GROUPS, stdio: 'ignore', reject: false });
    this.#watchdog.watch(process.pid);
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      killGroup(process.pid);
    }, timeoutMs);
    const onWithdrawn = (): void => killGroup(process.pid);
    withdrawn.addEventListener('abort', onWithdrawn);
    const { exitCode, signal, code, originalMessage } = await process;
    clearTimeout(limit);
    withdrawn.removeEventListener('abort', onWithdrawn);
    // What the command has left behind must not outlive its verdict.
    killGroup(process.pid);
    this.#watchdog.forget(process.pid);
    if (withdrawn.aborted) return { kind: 'withdrawn' };
    if (timedOut) return { kind: 'fails', how: `no answer within ${timeoutMs / 1000} s` };
    if (exitCode === 0) return { kind: 'holds' };
    if (exitCode !== undefined) return { kind: 'fails', how: `exit status ${exitCode}` };
    if (signal !== undefined) return { kind: 'fails', how: `killed by ${signal}` };
    throw new CommandError(`the test cannot be started: ${file}: ${reasonFor(file, code) ?? originalMessage ?? 'for no known reason'}`);
  }

  /** Ends everything that is under way, and removes the candidates. */
  close(): void {
    process.off('exit', this.#onExit);
    for (const controller of this.#running) controller.abort();
    rmSync(this.#folder, { recursive: true, force: true });
    this.#watchdog.close();
  }
}

/** Ends a process that leads a group, and all that it has started. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(HAS_GROUPS ? -pid : pid, 'SIGKILL');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // It is gone, or, on some systems, all that is left of it is about to be.
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
