/** The contract of every generator: same seed, same bytes; all modules valid, by two validators; stable over time. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Program } from '#fuzz/program/program.ts';
import { encode } from '#wasm/binary/encode.ts';
import { validate } from '#wasm/valid/validate.ts';
import { GENERATORS } from './registry.ts';

declare const WebAssembly: { validate(bytes: Uint8Array): boolean };

/** Everything a Program says, as a short text. */
function digest({ modules, ...rest }: Program): string {
  const hash = createHash('sha256').update(JSON.stringify(rest));
  for (const { name, module } of modules) hash.update(name).update(encode(module));
  return hash.digest('hex').slice(0, 16);
}

/** Digests of seeds 0, 1 and -1. Whoever has to change these raises the generator's version. */
const DIGESTS: Readonly<Record<string, readonly string[]>> = {
  'mixed 5': ['ba82cd7d85840543', '93d556cfe7471950', '1f502409b38cf77f'],
  'self-copy 3': ['5c3b805a2ebb5750', '52e5adacfe278288', 'a7b7aabcb2d6890a'],
  'heap-graph 3': ['649b3701d81e9683', '98ec349c131e2e71', '31ef1f43fa94c438'],
  'tables-and-globals 3': ['75f8df6c3d80cddf', 'a9a365f8916d187c', '11c64e9daeee71d1'],
  'const-exprs 3': ['46b253f8e8cee6c6', 'a31331199c610952', '1f502409b38cf77f'],
  'allocator 3': ['cddc32f0ef76c2e3', '5d8c247e438f3998', '99aa4ee34ab0a144'],
  'stack-pressure 3': ['7e051ef38b54aef5', '93d556cfe7471950', '7ded5662cbf7d681'],
  'exceptions 3': ['239315e66c09650a', 'f385476e29bb13b8', 'f68b603c44d9972d'],
  'calls 4': ['ba82cd7d85840543', '64fd8b8ea7b99350', 'de030ffbdc2f77a4'],
  'host-boundary 3': ['83a4f8606643392f', '4f8985f050407f4a', '5d6f508660867101'],
  'reference-types 3': ['804cac3ea2878f58', 'e479a8d6f1d2f755', '4d5d8c3660a41304'],
};

describe.each(GENERATORS.map((generator) => [generator.name, generator] as const))('generator %s', (name, generator) => {
  it('gives the same Program for a seed whatever came before', () => {
    const first = [5, 6, 7].map((seed) => digest(generator.generate(seed)));
    const again = [7, 6, 5].map((seed) => digest(generator.generate(seed)));
    expect(again.reverse()).toEqual(first);
    expect(new Set(first).size).toBe(3);
  });

  it('gives for a version and a seed the Program it always gave', () => {
    expect([0, 1, -1].map((seed) => digest(generator.generate(seed)))).toEqual(DIGESTS[`${name} ${generator.version}`]);
  });

  it('makes modules that our validator and the one of V8 accept', () => {
    for (let seed = 1000; seed < 1150; seed++) {
      for (const { module } of generator.generate(seed).modules) {
        expect(() => validate(module), `seed ${seed}`).not.toThrow();
        expect(WebAssembly.validate(encode(module)), `seed ${seed}`).toBe(true);
      }
    }
  });
});
