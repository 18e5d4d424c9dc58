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
  'mixed 3': ['51770cebeff6aa87', 'fc09a1c749baf29b', 'a9300f030d3f0d95'],
  'self-copy 2': ['5c3b805a2ebb5750', '7585583515b74203', 'a7b7aabcb2d6890a'],
  'heap-graph 2': ['5f5b04e2f6ee4d82', '0eefc9974dd15e26', 'c3b28985e20d2061'],
  'tables-and-globals 2': ['c07e34f79590105f', '90427eaec0faba6f', '22f6c3635d21f981'],
  'const-exprs 2': ['0ac09795d248b9b5', 'baade7b0931b5de8', 'a9300f030d3f0d95'],
  'allocator 2': ['e5e7a62893779675', 'fa6e7831cc3e2bbe', 'a28f7a3e580b90ce'],
  'stack-pressure 2': ['59eda0b869bb2819', 'fc09a1c749baf29b', 'a5c2e3a6632a7ca6'],
  'exceptions 2': ['9adf024250fcfd52', 'c5439ce64fb9a83a', 'f68b603c44d9972d'],
  'calls 2': ['51770cebeff6aa87', '6d4b49ff0e060c10', '4bf7e971b7181674'],
  'host-boundary 2': ['ef05d6acadbff1d8', 'fb7059f5c5d8a7f7', '249a3a83292cf393'],
  'reference-types 2': ['47fcbdd745f7aae4', 'acbec58ad3bcbb16', '58ee7a07fe5deaea'],
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
