/** A folder for the finding that is made smaller. */
import { lstatSync, readdirSync } from 'node:fs';
import { RECORD_FILE } from '#fuzz/findings/files.ts';
import { putFinding, replayCommand } from '#fuzz/findings/write.ts';
import type { Smaller } from '#fuzz/minimize/protocol.ts';
import { unpackProgram } from '#fuzz/program/record.ts';
import { InputError } from '../cli/errors.ts';
import type { Destination } from './destination.ts';
import { exists, requireFolderFor, requireFree } from './destination.ts';
import type { Subject } from './subject.ts';

/** @throws InputError */
export function findingDestination(
  { path: input, finding }: Subject & { readonly kind: 'finding' },
  fault: string | undefined,
  out: string | undefined,
  force: boolean,
): Destination {
  const path = out ?? `${input.replace(/[/\\]+$/, '')}.min`;
  requireFolderFor(path);
  requireFree(path, force);
  // A folder is replaced as a whole: not one that holds something else.
  if (exists(path) && !(lstatSync(path).isDirectory() && readdirSync(path).includes(RECORD_FILE))) {
    throw new InputError(`cannot write ${path}: what is there is no finding, so it is not replaced`);
  }
  const put = (best: Smaller, complete: boolean): void =>
    putFinding(path, {
      ...finding,
      program: unpackProgram(best.program),
      failure: best.failure ?? finding.failure,
      fault,
      shrinking: { tries: best.tries, complete },
    });
  return {
    path,
    mentions: [replayCommand(path)],
    keep: async (best) => put(best, false),
    finish: async (best, complete) => put(best, complete),
  };
}
