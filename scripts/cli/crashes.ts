/** The folder of findings that a command line names. */
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InputError } from './errors.ts';

/**
 * Makes sure, before any work is done, that findings can be written to a folder, which need not exist yet.
 * @throws InputError
 */
export function requireWritableFolder(path: string): void {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat === undefined && folder !== dirname(folder)) continue;
    if (stat?.isDirectory() !== true) throw new InputError(`cannot write to ${path}: ${folder} is not a directory`);
    try {
      return accessSync(folder, constants.W_OK);
    } catch (error) {
      throw new InputError(`cannot write to ${path}: permission is denied`, { cause: error });
    }
  }
}
