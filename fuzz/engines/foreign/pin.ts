/** Engines that choose by the case what they do with it must do the same with what becomes of the case when it is made smaller. */
import type { Program } from '#fuzz/program/program.ts';
import { closeProgram } from '../closed/close.ts';
import { byKind, passesFor } from './binaryen/passes.ts';
import type { ChosenEngine, Comparison } from './comparison.ts';
import { closingFor } from './comparison.ts';
import type { ForeignSpec } from './foreign-engine.ts';
import { foreignCase } from './foreign-engine.ts';

function chooses(engine: ChosenEngine): boolean {
  return typeof engine !== 'string' && engine.family === 'binaryen-opt' && engine.flags.length === 0;
}

/**
 * @param enough those of the choices that are known to lead to what is to be seen again, if any are known
 * @returns the same engines, with what they choose for this Program among their flags; nothing else of what a comparison may come with
 */
export function pinned(comparison: Comparison, program: Program, enough?: readonly string[]): Comparison {
  const { subjects, references } = comparison;
  if (![...subjects, ...references].some(chooses)) return { subjects, references };
  const one = foreignCase(closeProgram(program, closingFor(comparison)), []);
  const flagsOf = (engine: ForeignSpec): readonly string[] => {
    const { levels, passes } = byKind(passesFor(engine, one));
    return [...levels, ...(enough ?? passes)];
  };
  const pin = (engine: ChosenEngine): ChosenEngine => (typeof engine !== 'string' && chooses(engine) ? { ...engine, flags: flagsOf(engine) } : engine);
  return { subjects: subjects.map(pin), references: references.map(pin) };
}
