/** Takes a finding away. */
import { readdirSync, rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { REPRODUCER_FORMATS } from '#fuzz/engines/foreign/reproducer.ts';
import { NEXT_FOLDER, RECORD_FILE, moduleFile, reproducerFile } from './files.ts';
import type { Finding } from './finding.ts';

/** Removes the files of a finding, and its folder if nothing else is in it. @throws errors of the file system */
export function removeFinding(folder: string, { program, original }: Finding): void {
  const files = [
    RECORD_FILE,
    NEXT_FOLDER,
    ...program.modules.flatMap((_, i) => [moduleFile('module', i, 'wasm'), moduleFile('module', i, 'wat')]),
    ...original.modules.map((_, i) => moduleFile('original', i, 'wasm')),
    ...REPRODUCER_FORMATS.map(reproducerFile),
  ];
  for (const file of files) rmSync(join(folder, file), { recursive: true, force: true });
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
