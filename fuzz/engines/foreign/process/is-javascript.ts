/** Tells by its file whether Node runs a tool, and not the system. */
import { closeSync, openSync, readSync } from 'node:fs';
import { isLibrary } from '../foreign-engine.ts';

const FIRST_BYTES = 128;

/** @throws errors of the file system */
export function isJavaScript(path: string): boolean {
  if (isLibrary(path)) return true;
  const bytes = Buffer.alloc(FIRST_BYTES);
  const file = openSync(path, 'r');
  readSync(file, bytes, 0, FIRST_BYTES, 0);
  closeSync(file);
  return /^#!.*\bnode\b/.test(bytes.toString('latin1'));
}
