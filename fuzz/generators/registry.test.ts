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
  'mixed 3': ['97b39cdba051c7cb', 'c2599ca4bffc1b08', '6c1c4576a5b4cd02'],
  'self-copy 2': ['8f28e6e8abb8e290', 'dca7bb6a52f3358d', 'd5f2948fc7fbd597'],
  'heap-graph 2': ['414b9c196b4d9da6', '01838b50b93365d3', '68bd630ad1ece11c'],
  'tables-and-globals 2': ['5528da74270b4e0a', '41cb8eef7caa819c', '2b83eacc56f43245'],
  'const-exprs 2': ['de9b4f8eeac723a8', 'aac8c96f0ba3d0ba', '6c1c4576a5b4cd02'],
  'allocator 2': ['c076ca501c638cfe', 'c52bce5b4b63b6e0', 'af92cae17bb98e5c'],
  'stack-pressure 2': ['2cb1a5ea69eb3475', 'c2599ca4bffc1b08', '45fd182dffac0f6e'],
  'exceptions 2': ['6de5db248719b5de', '87bed5702fc4aa7b', 'a64566efbb93514a'],
  'calls 2': ['97b39cdba051c7cb', '423f228fa5cf3be6', 'e8c3708b35bac75b'],
  'host-boundary 2': ['ed3b4d46d9fbd7db', '1863e06c0ea8bddb', 'fac5f1493f87ea7c'],
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
