/**
 * Writes a finding as a folder. All or nothing: the folder is made under another name and then renamed, so that what is there
 * is complete at any moment. A finding of the same name is replaced by a smaller one only.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Program } from '#fuzz/program/program.ts';
import { compareSizes, sizeOf } from '#fuzz/program/size.ts';
import { encode } from '#wasm/binary/encode.ts';
import { shellCommand } from '#util/shell.ts';
import { findingText } from './describe.ts';
import { NEXT_FOLDER, RECORD_FILE, moduleFile } from './files.ts';
import type { Finding } from './finding.ts';
import { folderName } from './finding.ts';
import { readFinding } from './read.ts';
import type { Role } from './record.ts';
import { toJson } from './record.ts';
import { reproducersOf } from './reproducers.ts';

export interface Written {
  /** `kept`: a finding of the same signature was there, as small or smaller. */
  readonly kind: 'written' | 'replaced' | 'kept';
  readonly path: string;
}

/** The command that replays the finding in a folder. */
export function replayCommand(path: string): string {
  return shellCommand(['npx', 'gctwin', 'replay', path]);
}

function fill(folder: string, finding: Finding, replay: string): void {
  const writeModules = (role: Role, { modules }: Program): void =>
    modules.forEach(({ module }, i) => writeFileSync(join(folder, moduleFile(role, i, 'wasm')), encode(module)));
  writeModules('module', finding.program);
  writeModules('original', finding.original);
  finding.program.modules.forEach(({ module }, i) => {
    writeFileSync(join(folder, moduleFile('module', i, 'wat')), findingText(finding, replay, module));
  });
  for (const { name, text } of reproducersOf(finding, replay)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, RECORD_FILE), toJson(finding, replay));
}

/**
 * @param crashes folder of findings; made when it is not there
 * @throws errors of the file system; FindingError when what has the folder's name is no finding
 */
export function writeFinding(crashes: string, finding: Finding): Written {
  const path = join(crashes, folderName(finding));
  const there = existsSync(path);
  if (there && compareSizes(sizeOf(readFinding(path).program), sizeOf(finding.program)) <= 0) return { kind: 'kept', path };
  mkdirSync(crashes, { recursive: true });
  putFinding(path, finding);
  return { kind: there ? 'replaced' : 'written', path };
}

/**
 * Makes this folder the finding's, whatever was there.
 * @param path in a folder that exists
 * @throws errors of the file system
 */
export function putFinding(path: string, finding: Finding): void {
  const isThere = existsSync(path);
  if (isThere) settle(path);
  const fresh = mkdtempSync(join(isThere ? path : dirname(path), '.new-'));
  // Temporary folders are private; a finding is for everyone who may read the folder around it.
  chmodSync(fresh, 0o755);
  try {
    fill(fresh, finding, replayCommand(path));
    renameSync(fresh, isThere ? join(path, NEXT_FOLDER) : path);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
  if (isThere) settle(path);
}

/**
 * Makes the next finding in a folder, if there is one, the folder's own. Whatever moment is the last one, readers find the old one or the new one whole: the
 * new one is put there at once, and read from there until all files around it are its own.
 */
function settle(path: string): void {
  const next = join(path, NEXT_FOLDER);
  if (existsSync(join(next, RECORD_FILE))) {
    const names = readdirSync(next);
    for (const name of names) replaceWith(join(path, name), join(next, name));
    for (const name of readdirSync(path)) if (name !== NEXT_FOLDER && !names.includes(name)) rmSync(join(path, name), { recursive: true });
    // From here on readers look around it.
    rmSync(join(next, RECORD_FILE));
  }
  rmSync(next, { recursive: true, force: true });
}

function replaceWith(path: string, source: string): void {
  const copy = `${path}.tmp`;
  copyFileSync(source, copy);
  renameSync(copy, path);
}
