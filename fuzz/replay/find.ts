/** Finds what can be replayed: folders of corpus entries and of findings. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RECORD_FILE } from '#fuzz/findings/files.ts';
import { ENTRY_FILE } from '#fuzz/program/entry.ts';

export interface Replayable {
  readonly kind: 'entry' | 'finding';
  readonly path: string;
}

/** Folders of folders, as `corpus/` is. */
const DEPTH = 2;

/** The folder itself, or those in it and in its folders, by name. @throws errors of the file system */
export function findReplayables(path: string, depth = DEPTH): readonly Replayable[] {
  if (existsSync(join(path, ENTRY_FILE))) return [{ kind: 'entry', path }];
  if (existsSync(join(path, RECORD_FILE))) return [{ kind: 'finding', path }];
  if (depth === 0) return [];
  const folders = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  return folders.map(({ name }) => name).sort().flatMap((name) => findReplayables(join(path, name), depth - 1));
}
