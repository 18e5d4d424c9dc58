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
  'mixed 2': ['28c9e509e523b74c', '865cae6dac15a586', '272d50cb7a0bdbb8'],
  'self-copy 1': ['f1a3aa00e5a55116', '3b6efd4cbe37fbfb', 'b7e511765a11b1f1'],
  'heap-graph 1': ['52aa2013b1dc074b', 'fbbdf2a262d046b9', '2315cb4b7a013573'],
  'tables-and-globals 1': ['d94f814c5ef6c22e', '26424844dbc891d6', '2c1da1615405320f'],
  'const-exprs 1': ['d35ae13e0934e845', '89eefaa241055756', '272d50cb7a0bdbb8'],
  'allocator 1': ['89695f3dc0b02a22', 'c58b6a35980d6739', 'fb2af0ae2539868b'],
  'stack-pressure 1': ['10c4654669014e07', '865cae6dac15a586', '2fcf2e5f0290a952'],
  'exceptions 1': ['4be3dae304f1c0c9', 'e94562c818d7dbe5', '0e77d221c33e9e86'],
  'calls 1': ['28c9e509e523b74c', 'fdae89259c4281e8', '94699e2335594d4f'],
  'host-boundary 1': ['4e9f4aa992dcd8b5', '1480c03a3845ffa2', '3d83ce677f0e86f0'],
  'reference-types 1': ['30aa3db1fdbdea74', 'b64b796f49dec549', '9d5575c1c3d09959'],
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
