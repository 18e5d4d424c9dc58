/**
 * A shell that waits for the end of this process. However that comes, kill -9 included, it ends the process groups that are then under way and
 * removes a folder: who is killed can do neither.
 */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';

/** Each line is the list of groups at that moment; the input ends when the writer has ended. */
const SCRIPT = 'while read -r line; do groups=$line; done; for group in $groups; do kill -s KILL -- "-$group"; done; rm -rf -- "$1"';

export class Watchdog {
  readonly #shell: ChildProcess | undefined;
  readonly #groups = new Set<number>();

  /** @param folder that is removed */
  constructor(folder: string) {
    // Windows has neither such a shell nor process groups.
    if (process.platform === 'win32') return;
    // In a session of its own, or Ctrl-C would end it first.
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT, 'sh', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    // Without it all goes on as well: it is for an end that should not come.
    this.#shell.on('error', () => {});
    this.#shell.stdin!.on('error', () => {});
    this.#shell.unref();
    (this.#shell.stdin as unknown as { unref: () => void }).unref();
  }

  /** @param group the process that leads it; undefined when it could not be started */
  watch(group: number | undefined): void {
    if (group === undefined) return;
    this.#groups.add(group);
    this.#tell();
  }
  forget(group: number | undefined): void {
    if (group === undefined) return;
    this.#groups.delete(group);
    this.#tell();
  }
  #tell(): void {
    this.#shell?.stdin!.write(`${[...this.#groups].join(' ')}\n`);
  }

  /** Lets it go now. */
  close(): void {
    this.#shell?.stdin!.end();
  }
}
