/**
 * The binary and text formats against the official test suite: what must decode or parse does, what must not throws the
 * typed error, and every module that decodes survives each round trip. Without the suite (see `spec-directory.ts`) the tests
 * are skipped.
 */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import { DecodeError, ParseError, UnsupportedError } from '#wasm/errors.ts';
import { readModule } from '#wasm/read.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { parse } from '#wasm/text/parse.ts';
import { print } from '#wasm/text/print.ts';
import type { ModuleCommand } from './spec-directory.ts';
import { readModuleCommands, specDirectory } from './spec-directory.ts';

const root = specDirectory();
if (root === undefined) console.warn('skipped: no test suite; set GCTWIN_SPEC');

const SUPPORTED = ['core', 'gc', 'bulk-memory', 'function-references', 'tail-call', 'exceptions', 'multi-memory'];
/** Only some of their modules decode. */
const PARTLY_SUPPORTED = ['simd', 'relaxed-simd', 'memory64'];

/** Invalid modules that are refused before validation: their memory offsets take more than 32 bits. */
const OFFSETS_BEYOND_32_BITS = ['core/address.json:214', 'core/align.json:1005', 'core/align.json:1017'];

function outcome(run: () => unknown): string {
  try {
    run();
    return 'ok';
  } catch (error) {
    if (error instanceof DecodeError || error instanceof ParseError) return error.name;
    throw error;
  }
}

function binaryOf(command: ModuleCommand): Uint8Array | undefined {
  return command.isText ? command.binary : command.contents;
}

/** Every module of these folders that decodes, with its place. */
function decodable(folder: string): [at: string, module: Module][] {
  return readModuleCommands(root!, [folder]).flatMap((command): [string, Module][] => {
    const bytes = binaryOf(command);
    if (bytes === undefined || outcome(() => decode(bytes)) !== 'ok') return [];
    return [[command.at, decode(bytes)]];
  });
}

function withoutCustoms(module: Module): Module {
  return { ...module, customs: [] };
}

describe.skipIf(root === undefined)('official test suite', () => {
  it.each(SUPPORTED)('%s: binaries decode exactly when they are well formed', (folder) => {
    const wrong = readModuleCommands(root!, [folder]).filter((command) => {
      const bytes = binaryOf(command);
      if (bytes === undefined) return false;
      return (outcome(() => decode(bytes)) === 'ok') === (command.type === 'assert_malformed');
    });
    const expected = OFFSETS_BEYOND_32_BITS.filter((at) => at.startsWith(`${folder}/`));
    expect(wrong.map(({ at }) => at)).toEqual(expected);
  });

  it.each(SUPPORTED)('%s: texts parse exactly when they are well formed, to the module meant', (folder) => {
    const wrong = readModuleCommands(root!, [folder]).filter((command) => {
      if (!command.isText) return false;
      const result = outcome(() => readModule(command.contents));
      if (command.type === 'assert_malformed') return result !== 'ParseError';
      if (result !== 'ok') return true;
      const meant = encode(withoutCustoms(decode(command.binary!)));
      return Buffer.compare(encode(readModule(command.contents)), meant) !== 0;
    });
    const expected = OFFSETS_BEYOND_32_BITS.filter((at) => at === 'core/address.json:214' && folder === 'core');
    expect(wrong.map(({ at }) => at)).toEqual(expected);
  });

  it.each(PARTLY_SUPPORTED)('%s: what does not decode is refused as unsupported', (folder) => {
    const wrong = readModuleCommands(root!, [folder]).filter((command) => {
      const bytes = binaryOf(command);
      if (bytes === undefined || command.type === 'assert_malformed') return false;
      try {
        decode(bytes);
        return false;
      } catch (error) {
        return !(error instanceof UnsupportedError);
      }
    });
    expect(wrong.map(({ at }) => at)).toEqual([]);
  });

  it.each(SUPPORTED)('%s: has modules to try', (folder) => {
    expect(decodable(folder).length).toBeGreaterThan(10);
  });

  it.each([...SUPPORTED, ...PARTLY_SUPPORTED])('%s: decode(encode(m)) is m', (folder) => {
    const changed = decodable(folder).filter(([, module]) => !isDeepStrictEqual(decode(encode(module)), module));
    expect(changed.map(([at]) => at)).toEqual([]);
  });

  it.each([...SUPPORTED, ...PARTLY_SUPPORTED])('%s: encode(parse(print(m))) is encode(m)', (folder) => {
    const changed = decodable(folder).filter(
      ([, module]) => Buffer.compare(encode(parse(print(module))), encode(withoutCustoms(module))) !== 0,
    );
    expect(changed.map(([at]) => at)).toEqual([]);
  });
});
