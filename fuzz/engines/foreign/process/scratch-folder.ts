/** A folder for the files that engines read and write. Whoever ends this process by force removes it with `removeScratchOf`. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** It names the process that it belongs to. */
function prefixFor(pid: number): string {
  return `gctwin-engine-${pid}-`;
}

export class ScratchFolder {
  readonly #path = mkdtempSync(join(tmpdir(), prefixFor(process.pid)));

  constructor() {
    process.once('exit', () => this.remove());
  }

  /** @param name of a file in it */
  file(name: string): string {
    return join(this.#path, name);
  }

  remove(): void {
    rmSync(this.#path, { recursive: true, force: true });
  }
}

/** What a process that is gone has left behind, as far as it can be removed: a hunt does not end over it. */
export function removeScratchOf(pid: number): void {
  try {
    const left = readdirSync(tmpdir()).filter((name) => name.startsWith(prefixFor(pid)));
    for (const name of left) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  } catch {
    // The folder of all such folders cannot be read or written any more.
  }
}
