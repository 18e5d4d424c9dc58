/** Reading what the command line names, with one sentence when it cannot be read. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { InputError } from './errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EISDIR: 'it is a directory',
  ENOTDIR: 'it is not a directory',
  EACCES: 'permission is denied',
};

function unreadable(path: string, error: unknown): InputError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new InputError(`cannot read ${path}: ${REASONS[code ?? ''] ?? message}`, { cause: error });
}

/** @throws InputError */
export function readInput(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** @throws InputError unless `path` is an existing file or folder */
export function requireReadable(path: string): void {
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * Runs a reader on an input's content; what it throws is the input's fault.
 * @param expected the classes that mean bad input; others are defects and pass through
 * @throws InputError naming `path`
 */
// oxlint-disable-next-line no-explicit-any -- constructors of any signature
export function asInput<T>(path: string, expected: readonly (abstract new (...args: any) => Error)[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!expected.some((kind) => error instanceof kind)) throw error;
    throw new InputError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
