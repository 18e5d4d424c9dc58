/**
 * What other people's tools make of our text: modules of the official suite, printed by us, assembled by watr
 * and by wabt and decoded again, must be the modules they were. Where they are not, the tool is at fault
 * or does not know the feature; the counts are frozen, so that a change of ours shows.
 */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import wabt from 'wabt';
import { compile as watr } from 'watr';
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import { UnsupportedError } from '#wasm/errors.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { print } from '#wasm/text/print.ts';
import { readModuleCommands, specDirectory } from './spec-directory.ts';

const root = specDirectory();
if (root === undefined) console.warn('skipped: no test suite; set GCTWIN_SPEC');

const FOLDERS = ['core', 'gc', 'bulk-memory', 'function-references', 'tail-call', 'exceptions', 'multi-memory'];

/** The modules of the suite that are there to be run. */
function modules(): Module[] {
  return readModuleCommands(root!, FOLDERS).flatMap(({ type, contents, isText }) => {
    if (type !== 'module' || isText) return [];
    try {
      return [{ ...decode(contents), customs: [] }];
    } catch (error) {
      if (error instanceof UnsupportedError) return [];
      throw error;
    }
  });
}

interface Tally {
  same: number;
  different: number;
  refused: number;
}

function tally(assemble: (text: string) => Uint8Array): Tally {
  const counts: Tally = { same: 0, different: 0, refused: 0 };
  for (const module of modules()) {
    let again: Module;
    try {
      again = decode(assemble(print(module)));
    } catch {
      counts.refused++;
      continue;
    }
    // Compared as we encode them: what cannot be told apart in the binary format is the same.
    const same = isDeepStrictEqual(encode({ ...again, customs: [] }), encode(module));
    counts[same ? 'same' : 'different']++;
  }
  return counts;
}

describe.skipIf(root === undefined)('text printed by us', () => {
  it('is read by watr', () => {
    expect(tally((text) => watr(text))).toMatchInlineSnapshot(`
      {
        "different": 112,
        "refused": 1,
        "same": 1361,
      }
    `);
  });

  it('is read by wabt where it knows the features', async () => {
    const toolkit = await wabt();
    const features = { reference_types: true, bulk_memory: true, multi_value: true, sign_extension: true } as const;
    const more = { sat_float_to_int: true, mutable_globals: true, tail_call: true, multi_memory: true, extended_const: true };
    const assemble = (text: string): Uint8Array => {
      const parsed = toolkit.parseWat('module.wat', text, { ...features, ...more } as never);
      try {
        return parsed.toBinary({}).buffer;
      } finally {
        parsed.destroy();
      }
    };
    expect(tally(assemble)).toMatchInlineSnapshot(`
      {
        "different": 122,
        "refused": 202,
        "same": 1150,
      }
    `);
  });
});
