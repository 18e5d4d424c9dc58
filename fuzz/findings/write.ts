/**
 * Writes a finding as a folder. All or nothing: the folder is made under another name and then renamed, so that what is there
 * is complete. A folder of the same name is replaced by a smaller finding only.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Program } from '#fuzz/program/program.ts';
import { compareSizes, sizeOf } from '#fuzz/program/size.ts';
import { encode } from '#wasm/binary/encode.ts';
import { findingText } from './describe.ts';
import { RECORD_FILE, moduleFile } from './files.ts';
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
  return `npx gctwin replay ${/^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`}`;
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
  const fresh = mkdtempSync(join(dirname(path), '.new-'));
  // Temporary folders are private; a finding is for everyone who may read the folder around it.
  chmodSync(fresh, 0o755);
  try {
    fill(fresh, finding, replayCommand(path));
    if (existsSync(path)) replaceFolder(path, fresh);
    else renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
}

/** The old folder stays until the new one has its place. */
function replaceFolder(path: string, fresh: string): void {
  const old = `${fresh}-old`;
  renameSync(path, old);
  try {
    renameSync(fresh, path);
  } catch (error) {
    renameSync(old, path);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}
