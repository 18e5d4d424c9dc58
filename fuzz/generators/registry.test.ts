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
  'mixed 3': ['593c81234d76fa42', '5be3812602a540a2', '1d4252a7c5637e37'],
  'self-copy 2': ['adb70e153d3c14d8', '7585583515b74203', 'f377dd8a2f1eb935'],
  'heap-graph 2': ['8c23c131a37a790d', '8dc7fd51b4e47622', 'c3b28985e20d2061'],
  'tables-and-globals 2': ['b6bb9b899bad1b23', '90427eaec0faba6f', '5f57ef0c0ddff95b'],
  'const-exprs 2': ['d86683b24be4c39c', '9ecd8aed3a7ac086', '1d4252a7c5637e37'],
  'allocator 2': ['e5e7a62893779675', 'fa6e7831cc3e2bbe', 'a28f7a3e580b90ce'],
  'stack-pressure 2': ['1b7c8383d6c8506a', '5be3812602a540a2', 'a5c2e3a6632a7ca6'],
  'exceptions 2': ['9adf024250fcfd52', '613a94b930beb611', '02eea5cc3d06afc1'],
  'calls 2': ['593c81234d76fa42', '13b6cb3c896261b7', '4bf7e971b7181674'],
  'host-boundary 2': ['b80c0fbf239f0ad4', 'ecc8d7522f082409', 'a68a397a1cd2d652'],
  'reference-types 2': ['47fcbdd745f7aae4', 'cc01916092c53193', '58ee7a07fe5deaea'],
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
