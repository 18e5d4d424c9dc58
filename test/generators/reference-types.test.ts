/** The modules of the profile `reference-types` are within reach of wabt: it reads our text, and finds in it what we wrote. */
import { expect, it } from 'vitest';
import wabt from 'wabt';
import { generatorNamed } from '#fuzz/generators/registry.ts';
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { print } from '#wasm/text/print.ts';

const SEEDS = 300;
/** No more than these: everything else is off. */
const FEATURES = {
  exceptions: false,
  mutable_globals: true,
  sat_float_to_int: false,
  sign_extension: false,
  simd: false,
  threads: false,
  function_references: false,
  multi_value: true,
  tail_call: false,
  bulk_memory: true,
  reference_types: true,
  annotations: false,
  code_metadata: false,
  gc: false,
  memory64: false,
  multi_memory: false,
  extended_const: false,
  relaxed_simd: false,
} as const;

/** The same without `else` where nothing follows, which wabt leaves out. */
function withoutEmptyElse(module: Module): Module {
  const isEmpty = (body: Expr, i: number): boolean => body[i]!.op === Op.else && body[i + 1]?.op === Op.end;
  const functions = module.functions.map((func) => ({ ...func, body: func.body.filter((_, i) => !isEmpty(func.body, i)) }));
  return { ...module, functions };
}

it('reads and validates every module', async () => {
  const toolkit = await wabt();
  const generator = generatorNamed('reference-types')!;
  for (let seed = 0; seed < SEEDS; seed++) {
    for (const { module } of generator.generate(seed).modules) {
      const parsed = toolkit.parseWat('module.wat', print(module), FEATURES);
      try {
        parsed.validate();
        const { buffer } = parsed.toBinary({});
        expect(encode({ ...decode(buffer), customs: [] }), `seed ${seed}`).toEqual(encode(withoutEmptyElse(module)));
      } finally {
        parsed.destroy();
      }
    }
  }
}, 60_000);
