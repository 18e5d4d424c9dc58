/**
 * The command that says whether a module is interesting: `node predicate.ts FAULT SIGNATURE TALLY FILE` ends with status 0 if
 * the module in FILE fails with this signature, and adds a byte to TALLY. Whatever is no module is not interesting.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { decode } from '#wasm/binary/decode.ts';
import { DecodeError } from '#wasm/errors.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { evidenceOf } from './evidence.ts';

function moduleIn(path: string): Module | undefined {
  try {
    return decode(new Uint8Array(readFileSync(path)));
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

const [fault, signature, tally, path] = process.argv.slice(2) as [string, string, string, string];
appendFileSync(tally, '.');
const module = moduleIn(path);
process.exitCode = module !== undefined && evidenceOf(fault)(module) === signature ? 0 : 1;
