/**
 * Lets binaryen optimise a module: what it folds, inlines and finds dead would take many candidates one by one. It
 * may as well optimise away what is interesting; then the others go on without it.
 */
import { binaryenFeatures } from '#fuzz/program/binaryen-features.ts';
import type { Binaryen } from '#fuzz/program/load-binaryen.ts';
import { loadBinaryen } from '#fuzz/program/load-binaryen.ts';
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule } from '../sites.ts';

/** As `wasm-opt -Oz`. */
const LEVELS = { optimize: 2, shrink: 2 };

/** @throws whatever binaryen throws, or DecodeError when it writes what we do not know */
function optimized(binaryen: Binaryen, module: Module): Module {
  const readBinary = binaryen.readBinary as (bytes: Uint8Array, features: number) => ReturnType<Binaryen['readBinary']>;
  const theirs = readBinary(encode(module), binaryenFeatures(binaryen));
  try {
    binaryen.setOptimizeLevel(LEVELS.optimize);
    binaryen.setShrinkLevel(LEVELS.shrink);
    theirs.optimize();
    return decode(theirs.emitBinary());
  } finally {
    theirs.dispose();
  }
}

/** @param binaryen an instance of its own, which is not used again once it has broken down */
export function optimizeWith(binaryen: Binaryen): Reducer {
  let broken = false;
  const version = (module: Module): Module | undefined => {
    if (broken) return undefined;
    try {
      return optimized(binaryen, module);
    } catch (error) {
      // Whatever else it throws means that it cannot cope with this module.
      broken = error instanceof WebAssembly.RuntimeError;
      return undefined;
    }
  };
  return {
    name: 'optimize',
    reduce: (gate) =>
      forEachModule(gate, (current, attempt) => {
        const smaller = version(current());
        if (smaller !== undefined) attempt({ ...smaller, customs: [] });
      }),
  };
}

export async function loadOptimize(): Promise<Reducer> {
  return optimizeWith(await loadBinaryen('optimize'));
}
