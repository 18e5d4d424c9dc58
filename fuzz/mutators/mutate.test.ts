import { describe, expect, it } from 'vitest';
import { encode } from '#wasm/binary/encode.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { validate } from '#wasm/valid/validate.ts';
import { Random } from '#fuzz/generators/random.ts';
import { GENERATORS } from '#fuzz/generators/registry.ts';
import { nullEngine } from '#fuzz/engines/interpreter.ts';
import { fixup } from '#fuzz/program/fixup.ts';
import type { Program } from '#fuzz/program/program.ts';
import { zoo } from '#test/support/zoo.ts';
import { MUTATORS, mutate } from './mutate.ts';
import type { Donors } from './mutator.ts';

const SEEDS = 40;
const parents = GENERATORS.flatMap(({ generate }) => Array.from({ length: SEEDS }, (_, seed) => fixup(generate(seed), { isLasting: true })!));
const menagerie = Array.from({ length: SEEDS }, (_, seed) => fixup(zoo(new Random(seed)))!);
const all = [...parents, ...menagerie];

function donorsOf(i: number): Donors {
  return (random) => all[(i * random.pick([7, 13]) + 1) % all.length];
}
function digest({ modules, ...rest }: Program): string {
  const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
  return JSON.stringify(rest, plain) + modules.map(({ module }) => encode(module).join()).join(';');
}
function copies({ modules }: Program): number {
  return modules.flatMap(({ module }) => module.functions.flatMap(({ body }) => body)).filter(({ op }) => op === Op['array.copy']).length;
}

describe('mutation', () => {
  it('yields valid Programs that are different, generation after generation', () => {
    let same = 0;
    for (const [i, parent] of all.entries()) {
      const random = new Random(i);
      let program = parent;
      for (let generation = 0; generation < 4; generation++) {
        const mutated = mutate(program, random, donorsOf(i));
        if (digest(mutated) === digest(program)) same++;
        program = mutated;
        for (const { module } of program.modules) {
          expect(() => validate(module)).not.toThrow();
          expect(WebAssembly.validate(encode(module))).toBe(true);
        }
      }
    }
    expect(same).toBeLessThan(0.05 * 4 * all.length);
  });

  it('is determined by the seed, and leaves the parent alone', () => {
    const parent = parents[0]!;
    const before = digest(parent);
    for (let seed = 0; seed < 20; seed++) {
      const [a, b] = [0, 1].map(() => digest(mutate(parent, new Random(seed), donorsOf(0))));
      expect(a).toBe(b);
    }
    expect(digest(parent)).toBe(before);
  });

  it('mostly yields Programs that say something', () => {
    const engine = nullEngine({ audit: 'off', integrity: false });
    const conclusive = parents.filter((parent, i) => {
      const { outcomes } = engine.run(mutate(parent, new Random(i), donorsOf(i)));
      return outcomes.every(({ kind }) => kind !== 'exhausted');
    });
    expect(conclusive.length).toBeGreaterThan(0.9 * parents.length);
  });

  it.each(MUTATORS.map(([, mutator]) => [mutator.name, mutator] as const))('%s has an effect, and one that survives repair', (_, mutator) => {
    const changed = all.filter((program, i) => {
      const edited = mutator.mutate(program, new Random(i), donorsOf(i));
      return edited !== undefined && fixup(edited) !== program;
    });
    expect(changed.length).toBeGreaterThan(SEEDS / 4);
  });

  it('makes copies of arrays that were not there', () => {
    const more = parents.filter((parent, i) => copies(mutate(parent, new Random(i), () => undefined)) > copies(parent));
    expect(more.length).toBeGreaterThan(0);
  });
});
