/** What one reducer alone makes of a module or Program. */
import type { Program } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { Predicate } from '#fuzz/shrink/examiner.ts';
import { examinerOf } from '#fuzz/shrink/examiner.ts';
import type { Reducer } from '#fuzz/shrink/gate.ts';
import { Gate } from '#fuzz/shrink/gate.ts';
import { parse } from '#wasm/text/parse.ts';
import { print } from '#wasm/text/print.ts';

export function programOf(text: string, changes: Partial<Program> = {}): Program {
  return {
    modules: [{ name: 'm', module: parse(text) }],
    steps: [],
    schedule: NO_COLLECTIONS,
    collector: DEFAULT_KNOBS,
    limits: DEFAULT_PROGRAM_LIMITS,
    ...changes,
  };
}

/** Once through the reducer. */
export function reduced(reducer: Reducer, program: Program, isInteresting: Predicate = () => true): Program {
  const gate = new Gate(program, examinerOf(isInteresting));
  gate.whileOpen(() => reducer.reduce(gate, 0));
  return gate.best;
}

export function textOf({ modules }: Program): string {
  return modules.map(({ module }) => print(module)).join('\n');
}

/** Both texts of modules the way we print them: what the reducer makes of the one, and the other. */
export function reducedText(reducer: Reducer, before: string, isInteresting?: Predicate): string {
  return textOf(reduced(reducer, programOf(before), isInteresting));
}
export function asPrinted(text: string): string {
  return print(parse(text));
}
