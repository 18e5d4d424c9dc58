/** A folder for the files that engines read and write. It is gone with the process at the latest. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class ScratchFolder {
  readonly #path = mkdtempSync(join(tmpdir(), 'gctwin-engine-'));

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
