import { describe, expect, it } from 'vitest';
import { Random } from '#fuzz/generators/random.ts';
import { GENERATORS } from '#fuzz/generators/registry.ts';
import { mutate } from '#fuzz/mutators/mutate.ts';
import { fixup } from '#fuzz/program/fixup.ts';
import type { Program } from '#fuzz/program/program.ts';
import { drcEngine } from './interpreter.ts';
import { prepare } from './prepare.ts';

const [mixed] = GENERATORS;
const PARENTS = 30;
const MUTANTS = 8;

/** The same Program, sharing nothing with any other. */
function unrelated(program: Program): Program {
  return { ...program, modules: structuredClone(program.modules) };
}

describe('preparing a mutant', () => {
  const engine = drcEngine();
  const families = Array.from({ length: PARENTS }, (_, seed) => fixup(mixed!.generate(seed), { isLasting: true })!);
  const mutants = families.flatMap((parent, seed) => Array.from({ length: MUTANTS }, (_, i) => mutate(parent, new Random(seed, i), () => families[(seed + i) % PARENTS]!)));

  it('makes the same of it, whether its relatives are known or not', () => {
    for (const mutant of mutants) expect(engine.run(mutant)).toEqual(engine.run(unrelated(mutant)));
  });

  it('compiles only what is new', () => {
    let shared = 0;
    for (const parent of families) {
      if (parent.modules.length > 1) continue;
      const compiled = prepare(parent).modules[0]!;
      for (const mutant of mutants) {
        if (mutant.modules === parent.modules || mutant.modules.length > 1) continue;
        const functions = prepare(mutant).modules[0]!.functions;
        shared += functions.filter((fn) => fn !== undefined && compiled.functions.includes(fn)).length;
      }
    }
    expect(shared).toBeGreaterThan(100);
  });

  it('does not take over what is not valid', () => {
    const [parent] = families.filter(({ modules }) => modules.length === 1 && modules[0]!.module.functions.length > 0);
    const { name, module } = parent!.modules[0]!;
    prepare(parent!);
    const broken = { ...module, functions: module.functions.map((func) => ({ ...func, body: [{ op: 0x1a } as const] })) };
    expect(prepare({ ...parent!, modules: [{ name, module: broken }] }).modules).toEqual([undefined]);
  });
});
