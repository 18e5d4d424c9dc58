/** Defines what is imported where it is needed: `own-imports` takes what is no larger, and this what is larger at first. */
import { withoutImport } from '../reducers/own-imports.ts';
import type { Detour } from './detour.ts';

export const defineImports: Detour = {
  name: 'define-imports',
  starts: (program) =>
    program.modules.flatMap(({ module }, position) => module.imports.flatMap((_, at) => withoutImport(program, position, at))),
};
