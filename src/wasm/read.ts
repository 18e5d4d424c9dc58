/** Module files of either format. */
import { decode } from './binary/decode.ts';
import { MAGIC } from './binary/sections.ts';
import { ParseError } from './errors.ts';
import type { Module } from './syntax/module.ts';
import { parse } from './text/parse.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

function isBinary(contents: Uint8Array): boolean {
  return MAGIC.every((byte, i) => contents[i] === byte);
}

/**
 * Reads the contents of a `.wasm` or `.wat` file; the first bytes tell which it is.
 * @throws {DecodeError} when they begin like a binary module and are not one
 * @throws {ParseError} when they do not, and are not text of a module in UTF-8 either
 */
export function readModule(contents: Uint8Array): Module {
  return isBinary(contents) ? decode(contents) : parse(decodeText(contents));
}

function decodeText(contents: Uint8Array): string {
  try {
    return utf8.decode(contents);
  } catch {
    throw new ParseError('malformed UTF-8 encoding');
  }
}
