/** Lets recursion groups fall apart in all modules at once: what one module imports from another has the types that it has there. */
import type { Program } from '#fuzz/program/program.ts';
import type { Reducer } from '../gate.ts';
import { splitGroups } from './drop-unused.ts';

function split(program: Program): Program {
  return { ...program, modules: program.modules.map((entry) => ({ ...entry, module: { ...entry.module, recGroups: splitGroups(entry.module.recGroups) } })) };
}

export const splitAllGroups: Reducer = {
  name: 'split-groups',
  reduce: (gate) => {
    // A single module is for `drop-unused`.
    if (gate.best.modules.length > 1) gate.try(() => split(gate.best));
  },
};
