/** A Program's modules as V8 gets them. */
import { setFlagsFromString } from 'node:v8';
import { encode } from '#wasm/binary/encode.ts';
import type { Program } from '#fuzz/program/program.ts';
import { asksForMaxima, withMaxima } from './maxima.ts';
import type { Prepared } from './prepare.ts';

/** The bytes of each module, with maxima. A module that is not valid is left alone, for it could become valid. */
export function encodeForV8({ modules }: Program, prepared: Prepared): readonly Uint8Array[] {
  const asks = asksForMaxima(modules);
  return modules.map(({ module }, i) => encode(asks || prepared.modules[i] === undefined ? module : withMaxima(module)));
}

/**
 * Has V8 validate a module in the calling thread. Otherwise it spreads the functions over a pool of threads, and waking those
 * takes several times as long as the work, which is a few kilobytes, and disturbs whoever else runs on the machine.
 */
export function inOneThread<T>(work: () => T): T {
  setFlagsFromString('--single-threaded');
  try {
    return work();
  } finally {
    setFlagsFromString('--no-single-threaded');
  }
}
