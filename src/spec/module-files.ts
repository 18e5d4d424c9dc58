/** The modules beside a script, decoded once for all runs of the script. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from '#wasm/binary/decode.ts';
import { DecodeError } from '#wasm/errors.ts';
import type { Module } from '#wasm/syntax/module.ts';

export class ModuleFiles {
  readonly #folder: string;
  readonly #decoded = new Map<string, Module | DecodeError>();

  /** @param folder where the script lies */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws DecodeError when it is malformed or unsupported, and what reading a file throws */
  decode(filename: string): Module {
    let result = this.#decoded.get(filename);
    if (result === undefined) {
      result = decodeOrError(readFileSync(join(this.#folder, filename)));
      this.#decoded.set(filename, result);
    }
    if (result instanceof DecodeError) throw result;
    return result;
  }
}

function decodeOrError(bytes: Uint8Array): Module | DecodeError {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
}
