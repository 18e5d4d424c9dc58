/** Reads findings back from their folders. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from '#wasm/binary/decode.ts';
import { NEXT_FOLDER, RECORD_FILE, moduleFile } from './files.ts';
import type { Finding } from './finding.ts';
import { FindingError, fromJson } from './record.ts';

/**
 * @param folder as `writeFinding` writes it
 * @throws FindingError naming the folder, for whatever is wrong with its files
 */
export function readFinding(folder: string): Finding {
  try {
    const next = join(folder, NEXT_FOLDER);
    const valid = existsSync(join(next, RECORD_FILE)) ? next : folder;
    const content = readFileSync(join(valid, RECORD_FILE), 'utf8');
    return fromJson(content, (role) => (_, position) => decode(readFileSync(join(valid, moduleFile(role, position, 'wasm')))));
  } catch (error) {
    throw new FindingError(`${folder} does not hold a finding: ${(error as Error).message}`, { cause: error });
  }
}

/** The folder itself if it holds a finding, else those of its folders that do, by name. */
export function findFindings(path: string): readonly string[] {
  if (existsSync(join(path, RECORD_FILE))) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(path, name))
    .filter((folder) => existsSync(join(folder, RECORD_FILE)))
    .sort();
}
