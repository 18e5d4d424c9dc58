/** Keeps the best so far on disk: what is there under the name of a file is whole, whenever the process ends. */
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces a file, or makes it, in one step.
 * @throws errors of the file system; then the file is as it was
 */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const fresh = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    const file = await open(fresh, 'w');
    try {
      await file.writeFile(content);
      // Or the name might be on disk before the content is.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

/** Writes what it is given, one after the other. While one is written, only the latest of those that come waits. */
export class Keeper<T> {
  readonly #write: (item: T) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #waiting: T | undefined;
  #work: Promise<void> | undefined;
  #hasFailed = false;

  /** @param onError told of the first failure; nothing is written afterwards */
  constructor(write: (item: T) => Promise<void>, onError: (error: unknown) => void) {
    this.#write = write;
    this.#onError = onError;
  }

  /** @param item better than all before */
  keep(item: T): void {
    this.#waiting = item;
    this.#work ??= this.#workOff();
  }

  async #workOff(): Promise<void> {
    try {
      for (let item; !this.#hasFailed && (item = this.#waiting) !== undefined; ) {
        this.#waiting = undefined;
        await this.#write(item);
      }
    } catch (error) {
      this.#hasFailed = true;
      this.#onError(error);
    } finally {
      this.#work = undefined;
    }
  }

  /** Resolves when nothing waits. */
  async finish(): Promise<void> {
    await this.#work;
  }
}
