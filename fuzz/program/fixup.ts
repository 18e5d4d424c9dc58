/**
 * Makes a Program statically valid again after any edit, and changes as little as it can: indices and limits are brought
 * into range, steps that name what is gone are left out, code is repaired instruction by instruction (`repair/`).
 *
 * What was valid stays the very same object, except for code that cannot be reached, which is taken out.
 */
import { mapShared, withShared } from '#util/map-shared.ts';
import type { Program } from './program.ts';
import { repairModule } from './repair/module.ts';
import { repairSteps } from './repair/steps.ts';
import { repairSurroundings } from './repair/surroundings.ts';

export interface FixupOptions {
  /** Whether others will be made of the result: then repairing them takes only as long as what is new about them. */
  readonly isLasting?: boolean;
}

/** @returns a Program all of whose modules validate and all of whose steps have something to act on; undefined without modules */
export function fixup(program: Program, { isLasting = false }: FixupOptions = {}): Program | undefined {
  if (program.modules.length === 0) return undefined;
  const { stackTraceLimit } = Error;
  // The validator is asked what would be valid, and says no by throwing; nobody reads where.
  Error.stackTraceLimit = 0;
  try {
    return fixedUp(program, isLasting);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function fixedUp(program: Program, isLasting: boolean): Program {
  const modules = mapShared(program.modules, (entry) => withShared(entry, { module: repairModule(entry.module, isLasting) }));
  return withShared(program, { modules, steps: repairSteps(program.steps, modules), ...repairSurroundings(program) });
}
