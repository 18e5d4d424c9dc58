/** Where the specification's test vectors are, if they are there: `GCTWIN_SPEC`, or else beside the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const beside = fileURLToPath(new URL('../../../shared/spec', import.meta.url));

/** Root folder of the vectors, or undefined when they are absent. */
export function specDirectory(): string | undefined {
  return [process.env['GCTWIN_SPEC'], join(process.cwd(), '../shared/spec'), beside].find(
    (path) => path !== undefined && existsSync(join(path, 'manifest.json')),
  );
}

/** A command of a script that names a module file. */
export interface ModuleCommand {
  /** `gc/struct.json:12`. */
  readonly at: string;
  readonly type: string;
  readonly text: string | undefined;
  /** Contents of the file that the script names: binary, or text it quotes. */
  readonly contents: Uint8Array;
  readonly isText: boolean;
  /** For well-formed text, the same module as a binary. */
  readonly binary: Uint8Array | undefined;
}

interface RawCommand {
  readonly type: string;
  readonly line: number;
  readonly text?: string;
  readonly filename?: string;
  readonly module_type?: 'binary' | 'text';
  readonly binary_filename?: string;
}

/** The module commands of the scripts of these folders, in order. */
export function readModuleCommands(root: string, folders: readonly string[]): ModuleCommand[] {
  const scripts = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8')) as { scripts: readonly { json: string }[] };
  return scripts.scripts
    .filter(({ json }) => folders.includes(json.split('/')[0]!))
    .flatMap(({ json }) => readScript(root, json));
}

function readScript(root: string, json: string): ModuleCommand[] {
  const folder = join(root, json, '..');
  const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
  const { commands } = JSON.parse(readFileSync(join(root, json), 'utf8')) as { commands: readonly RawCommand[] };
  return commands
    .filter((command) => command.filename !== undefined)
    .map((command) => ({
      at: `${json}:${command.line}`,
      type: command.type,
      text: command.text,
      contents: read(command.filename!),
      isText: command.module_type === 'text',
      binary: command.binary_filename === undefined ? undefined : read(command.binary_filename),
    }));
}
