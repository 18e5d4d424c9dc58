/** Programs written down in tests. */
import type { Argument, Program, Step } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { parse } from '#wasm/text/parse.ts';

/** Modules `m0`, `m1`, ... in the text format. */
export function programOf(texts: readonly string[], steps: readonly Step[], rest: Partial<Program> = {}): Program {
  return {
    modules: texts.map((text, i) => ({ name: `m${i}`, module: parse(text) })),
    steps,
    schedule: NO_COLLECTIONS,
    collector: DEFAULT_KNOBS,
    limits: DEFAULT_PROGRAM_LIMITS,
    ...rest,
  };
}

export function call(name: string, ...args: readonly Argument[]): Step {
  return { kind: 'call', module: 0, export: name, args };
}
export const INSTANTIATE: Step = { kind: 'instantiate', module: 0 };

/** One module: instantiated, then `run` called. */
export function runOf(text: string, rest: Partial<Program> = {}): Program {
  return programOf([text], [INSTANTIATE, call('run')], rest);
}
