/** Reading what the command line names, with one sentence when it cannot be read. */
import { readFileSync } from 'node:fs';
import { InputError } from './errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EISDIR: 'it is a directory',
  ENOTDIR: 'it is not a directory',
  EACCES: 'permission is denied',
};

/**
 * Runs what reads a file or folder and those below it.
 * @throws InputError naming the path that the file system refuses
 */
export function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code, message, path: refused } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new InputError(`cannot read ${refused ?? path}: ${REASONS[code] ?? message}`, { cause: error });
  }
}

/** @throws InputError, also when there is nothing in it */
export function readInput(path: string): Uint8Array {
  const contents = reading(path, () => readFileSync(path));
  if (contents.length === 0) throw new InputError(`${path} is empty`);
  return contents;
}

// oxlint-disable-next-line no-explicit-any -- constructors of any signature
type Expected = readonly (abstract new (...args: any) => Error)[];

/** @returns an InputError for what is expected to be wrong with an input; others are defects, and are returned as they are */
function blamed(error: unknown, expected: Expected, prefix: string): unknown {
  if (!expected.some((kind) => error instanceof kind)) return error;
  return new InputError(`${prefix}${(error as Error).message}`, { cause: error });
}

/**
 * Runs a reader on an input's content; what it throws is the input's fault.
 * @param expected the classes that mean bad input; others are defects and pass through
 * @throws InputError naming `path`
 */
export function asInput<T>(path: string, expected: Expected, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw blamed(error, expected, `${path}: `);
  }
}

/** The same for what takes its time. */
export async function asInputAsync<T>(path: string, expected: Expected, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw blamed(error, expected, `${path}: `);
  }
}

/** The same for a reader whose errors name the input themselves. */
export function asNamedInput<T>(expected: Expected, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw blamed(error, expected, '');
  }
}
