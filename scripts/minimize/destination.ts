/** Where the result goes, and how the best so far gets there. */
import { lstatSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { replaceFile } from '#fuzz/minimize/keeper.ts';
import type { Smaller } from '#fuzz/minimize/protocol.ts';
import { encode } from '#wasm/binary/encode.ts';
import { decode } from '#wasm/binary/decode.ts';
import { parse } from '#wasm/text/parse.ts';
import { print } from '#wasm/text/print.ts';
import { requireWritableFolder } from '../cli/crashes.ts';
import { InputError } from '../cli/errors.ts';
import type { Subject } from './subject.ts';

/** Its functions throw errors of the file system. */
export interface Destination {
  /** Of what is written first and always holds the best so far. */
  readonly path: string;
  /** Further lines of the report, when it is done. */
  readonly mentions: readonly string[];
  readonly keep: (best: Smaller) => Promise<void>;
  /** Writes what only the last one needs. */
  readonly finish: (best: Smaller, complete: boolean) => Promise<void>;
}

const EXTENSION = /\.(wasm|wat)$/i;

export function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
/** @throws InputError */
export function requireFree(path: string, force: boolean): void {
  if (exists(path) && !force) throw new InputError(`${path} is there already; --force replaces it, --out PATH writes elsewhere`);
}
/** @throws InputError */
export function requireFolderFor(path: string): void {
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw new InputError(`cannot write ${path}: there is no folder ${folder}`);
  requireWritableFolder(folder);
}

/** The text that is parsed back into exactly these bytes. */
function textOf(bytes: Uint8Array): string {
  const text = print(decode(bytes));
  if (!Buffer.from(encode(parse(text))).equals(bytes)) throw new Error('the text of a module must be parsed back into its bytes');
  return text;
}

function fileDestination({ path: input }: Subject, out: string | undefined, force: boolean): Destination {
  const base = out?.replace(EXTENSION, '') ?? `${input.replace(EXTENSION, '')}.min`;
  if (/(^|[/\\])$/.test(base)) throw new InputError(`--out ${out} names no file: PATH.wasm and PATH.wat are written`);
  const [wasm, wat] = [`${base}.wasm`, `${base}.wat`];
  requireFolderFor(wasm);
  for (const path of [wasm, wat]) {
    requireFree(path, force);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw new InputError(`cannot write ${path}: it is a directory`);
  }
  let isFirst = true;
  return {
    path: wasm,
    mentions: [wat],
    keep: async ({ program }) => {
      // The text that it replaces is that of another module.
      if (isFirst && wat !== input) await rm(wat, { force: true });
      isFirst = false;
      await replaceFile(wasm, program.modules[0]!);
    },
    finish: ({ program }) => replaceFile(wat, textOf(program.modules[0]!)),
  };
}

/**
 * Makes sure, before any work is done, that the result can be written and replaces nothing unasked.
 * @param fault that a finding is run with
 * @throws InputError
 */
export async function destinationOf(subject: Subject, fault: string | undefined, out: string | undefined, force: boolean): Promise<Destination> {
  if (subject.kind === 'file') return fileDestination(subject, out, force);
  // Reproducers for engines come with it, which take their time to load.
  const { findingDestination } = await import('./finding-destination.ts');
  return findingDestination(subject, fault, out, force);
}
