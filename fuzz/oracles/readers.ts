/**
 * Who else can read a module: our own two formats, binaryen and wabt. A reader is given bytes and writes those of the
 * module that it has understood.
 */
import { inOneThread } from '#fuzz/engines/v8-modules.ts';
import { binaryenFeatures } from '#fuzz/program/binaryen-features.ts';
import type { Binaryen } from '#fuzz/program/load-binaryen.ts';
import { loadBinaryen } from '#fuzz/program/load-binaryen.ts';
import { WABT_FEATURES } from '#fuzz/program/wabt-features.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import { parse } from '#wasm/text/parse.ts';
import { print } from '#wasm/text/print.ts';

/** A reader cannot read a module, or cannot write it again: its affair, not a finding. */
export class Unread extends Error {
  override readonly name = 'Unread';
}

export interface Reader {
  readonly name: string;
  /** It must give back exactly the bytes that it was given. */
  readonly exact: boolean;
  /** @throws Unread */
  readonly rewrite: (bytes: Uint8Array) => Uint8Array;
}

/** @throws Unread when V8 thinks no better of what was written than we shall */
function checked(name: string, bytes: Uint8Array): Uint8Array {
  if (!inOneThread(() => WebAssembly.validate(bytes))) throw new Unread(`${name} writes a module that is not valid`);
  return bytes;
}

/** From bytes to text and back. */
const OURS: Reader = { name: 'our own formats', exact: true, rewrite: (bytes) => encode(parse(print(decode(bytes)))) };

function binaryenReader(binaryen: Binaryen): Reader {
  const features = binaryenFeatures(binaryen);
  const readBinary = binaryen.readBinary as (bytes: Uint8Array, features: number) => ReturnType<Binaryen['readBinary']>;
  let broken = false;
  const emitted = (bytes: Uint8Array): Uint8Array => {
    const module = readBinary(bytes, features);
    try {
      return module.emitBinary();
    } finally {
      module.dispose();
    }
  };
  return {
    name: 'binaryen',
    exact: false,
    rewrite: (bytes) => {
      if (broken) throw new Unread('binaryen has broken down');
      try {
        return checked('binaryen', emitted(bytes));
      } catch (error) {
        if (error instanceof Unread) throw error;
        broken = error instanceof WebAssembly.RuntimeError;
        throw new Unread(broken ? 'binaryen breaks down' : 'binaryen cannot read a module', { cause: error });
      }
    },
  };
}

type Wabt = Awaited<ReturnType<typeof import('wabt')>>;

/** Through its own text, which its own parser reads again. */
function wabtReader(wabt: Wabt): Reader {
  const toText = (bytes: Uint8Array): string => {
    const module = wabt.readWasm(bytes, WABT_FEATURES);
    try {
      module.generateNames();
      module.applyNames();
      return module.toText({});
    } finally {
      module.destroy();
    }
  };
  const toBinary = (text: string): Uint8Array => {
    const module = wabt.parseWat('module.wat', text, WABT_FEATURES);
    try {
      return module.toBinary({}).buffer;
    } finally {
      module.destroy();
    }
  };
  return {
    name: 'wabt',
    exact: false,
    rewrite: (bytes) => {
      try {
        return checked('wabt', toBinary(toText(bytes)));
      } catch (error) {
        if (error instanceof Unread) throw error;
        throw new Unread('wabt cannot read a module', { cause: error });
      }
    },
  };
}

/** Takes about a second, nearly all of it binaryen's. */
export async function loadReaders(): Promise<readonly Reader[]> {
  const { default: makeWabt } = await import('wabt');
  return [OURS, binaryenReader(await loadBinaryen('reader')), wabtReader(await makeWabt())];
}

/** What a module's bytes are, for whoever reads them. */
export function bytesOfModule(module: Module): Uint8Array {
  return encode({ ...module, customs: [] });
}
