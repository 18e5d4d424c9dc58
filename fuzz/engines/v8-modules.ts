/** A Program's modules as V8 gets them. */
import { setFlagsFromString } from 'node:v8';
import { encode } from '#wasm/binary/encode.ts';
import type { Program } from '#fuzz/program/program.ts';
import { asksForMaxima, withMaxima } from './maxima.ts';
import type { Prepared } from './prepare.ts';

/** The bytes of each module, with maxima. A module that is not valid is left alone, for it could become valid. */
function encodeForV8({ modules }: Program, prepared: Prepared): readonly Uint8Array[] {
  const asks = asksForMaxima(modules);
  return modules.map(({ module }, i) => encode(asks || prepared.modules[i] === undefined ? module : withMaxima(module)));
}

/** A module as V8 gets it, and what it makes of it. */
export class EncodedModule {
  readonly bytes: Uint8Array;
  #compiled: WebAssembly.Module | undefined;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
  /** The same each time. @throws WebAssembly.CompileError */
  compiled(): WebAssembly.Module {
    return (this.#compiled ??= inOneThread(() => new WebAssembly.Module(this.bytes)));
  }
}

/** By the list of modules, which a mutant shares with its parent when only steps, schedule or knobs differ: about one in eight. */
const known = new WeakMap<Program['modules'], readonly EncodedModule[]>();

/** The same for the same modules, by identity: code that is compiled when it is first called is then there for all of them. */
export function modulesForV8(program: Program, prepared: Prepared): readonly EncodedModule[] {
  let modules = known.get(program.modules);
  if (modules === undefined) known.set(program.modules, (modules = encodeForV8(program, prepared).map((bytes) => new EncodedModule(bytes))));
  return modules;
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
