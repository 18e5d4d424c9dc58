/** Scripts in folders, each run once per setting. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { ScriptError } from './json.ts';
import { ModuleFiles } from './module-files.ts';
import { runScript, type RunResult, type Setting } from './run-script.ts';
import { looksLikeScript, readScript, type Command, type Script } from './script.ts';

export interface ScriptFile {
  /** How reports call it: its path below the folder that was asked for, with `/`. */
  readonly id: string;
  readonly path: string;
}

export interface ScriptRun {
  readonly id: string;
  readonly commands: readonly Command[];
  /** One per setting. */
  readonly runs: readonly RunResult[];
}

/**
 * JSON files in a folder and below it, or the file itself, by name.
 * @throws what reading a folder throws
 */
export function findScripts(path: string): readonly ScriptFile[] {
  if (!statSync(path).isDirectory()) return [{ id: basename(path), path }];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ id: relative(path, file).split(sep).join('/'), path: file }));
}

/**
 * @returns undefined for JSON that does not claim to be a script, such as an index of scripts
 * @throws ScriptError when it is no JSON, or claims to be a script and is none
 */
export function loadScript({ id, path }: ScriptFile): Script | undefined {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ScriptError(`${id}: ${(error as Error).message}`, { cause: error });
  }
  if (!looksLikeScript(json)) return undefined;
  try {
    return readScript(json);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    throw new ScriptError(`${id}: ${error.message}`, { cause: error });
  }
}

/** Runs a script on a fresh store per setting. */
export function runSettings(file: ScriptFile, script: Script, settings: readonly Setting[]): ScriptRun {
  const files = new ModuleFiles(dirname(file.path));
  const runs = settings.map((setting) => runScript(script, files, setting));
  return { id: file.id, commands: script.commands, runs };
}
