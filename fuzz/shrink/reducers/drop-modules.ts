/** Leaves out modules, with the steps that concern them. */
import type { Program, Step } from '#fuzz/program/program.ts';
import type { Reducer } from '../gate.ts';
import { without } from '../types.ts';

function withoutModule(program: Program, position: number): Program {
  const steps = program.steps.flatMap((step): readonly Step[] => {
    if (!('module' in step)) return [step];
    if (step.module === position) return [];
    return [step.module > position ? { ...step, module: step.module - 1 } : step];
  });
  return { ...program, modules: without(program.modules, position), steps };
}

export const dropModules: Reducer = {
  name: 'drop-modules',
  reduce: (gate) =>
    gate.passage(() => {
      // The last one stays: a Program has a module.
      for (let position = gate.best.modules.length - 1; position >= 0 && gate.best.modules.length > 1; position--) {
        gate.try(withoutModule(gate.best, position));
      }
    }),
};
