/** Whatever has been done to a Program, `fixup` makes all its modules valid, in our eyes and in V8's. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '#wasm/binary/encode.ts';
import { validate } from '#wasm/valid/validate.ts';
import { fixup } from '#fuzz/program/fixup.ts';
import { Random } from '#fuzz/generators/random.ts';
import { GENERATORS } from '#fuzz/generators/registry.ts';
import { zoo } from '#test/support/zoo.ts';
import { vandalised } from '#test/support/vandalism.ts';

const seeds = fc.noBias(fc.integer());
const programs = fc.oneof(
  fc.tuple(fc.constantFrom(...GENERATORS), seeds).map(([generator, seed]) => generator.generate(seed)),
  seeds.map((seed) => zoo(new Random(seed))),
);
const parameters = { seed: 20_261_123, numRuns: 300 };

describe('fixup', () => {
  it('makes vandalised Programs valid, and has nothing to do the second time', () => {
    let changed = 0;
    fc.assert(
      fc.property(programs, seeds, fc.constantFrom(0.003, 0.02, 0.2), (program, seed, probability) => {
        const wrecked = vandalised(program, new Random(seed), probability);
        const fixed = fixup(wrecked);
        if (fixed === undefined) {
          expect(wrecked.modules).toEqual([]);
          return;
        }
        for (const { module } of fixed.modules) {
          expect(() => validate(module)).not.toThrow();
          expect(WebAssembly.validate(encode(module))).toBe(true);
        }
        expect(fixup(fixed)).toBe(fixed);
        if (fixed !== wrecked) changed++;
      }),
      parameters,
    );
    expect(changed).toBeGreaterThan(parameters.numRuns / 2);
  });

  it('leaves generated Programs as they are', () => {
    for (const generator of GENERATORS) {
      for (let seed = 0; seed < 50; seed++) {
        const fixed = fixup(generator.generate(seed))!;
        expect(fixup(fixed), `${generator.name} ${seed}`).toBe(fixed);
      }
    }
  });
});
