/** Makes a Program larger without changing what it does, or changes what is no gain in itself: others may get from there to a smaller one. */
import type { Program } from '#fuzz/program/program.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { withModule } from '../sites.ts';

export interface Detour {
  readonly name: string;
  /** Where one could start, or how to make it. */
  readonly starts: (program: Program) => readonly (() => Program)[];
  /** After so many starts from which nothing smaller was reached, others are not tried: they differ little. None of them is all. */
  readonly patience?: number;
}

/** A detour that changes one module. */
export function moduleDetour(name: string, variants: (module: Module, program: Program) => readonly (() => Module)[]): Detour {
  return {
    name,
    starts: (program) =>
      program.modules.flatMap(({ module }, position) =>
        variants(module, program).map((variant) => () => withModule(program, position, variant())),
      ),
  };
}
