/** Hostile cases by number: mutated modules and, now and then, bytes that never were one. */
import { Random } from '#fuzz/generators/random.ts';
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import { DecodeError } from '#wasm/errors.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { Donors, mutateModule } from './mutate-module.ts';
import { SEED_MODULES } from './seeds.ts';

/** Few, for each is likely to make a module invalid. */
const EDITS = [1, 1, 1, 2, 2, 3, 5];
const MAX_RANDOM_BYTES = 200;
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

export class HostileCases {
  readonly #seed: number;
  readonly #modules: readonly Uint8Array[];
  readonly #donors: Donors;

  /** @param modules more modules to start from, besides the built-in ones */
  constructor(seed: number, modules: readonly Uint8Array[] = []) {
    this.#seed = seed;
    this.#modules = [...SEED_MODULES, ...modules];
    this.#donors = new Donors(SEED_MODULES.map(decode));
  }

  /** The source of a case's choices; what `bytesOf` leaves of it decides how the case is run. */
  randomOf(index: number): Random {
    return new Random(this.#seed, index);
  }

  /** Takes its choices from `random`. */
  bytesOf(random: Random): Uint8Array {
    if (random.chance(0.02)) return randomBytes(random);
    const builtIn = random.chance(0.6) ? SEED_MODULES : this.#modules;
    let bytes = random.pick(builtIn);
    const asModule = random.chance(0.7);
    for (let edits = random.pick(EDITS); edits > 0; edits--) {
      const edited = asModule ? this.#editModule(bytes, random) : undefined;
      bytes = edited ?? mutateBytes(bytes, random.pick(this.#modules), random);
    }
    return bytes;
  }

  /** Undefined when the bytes are no module (any more). */
  #editModule(bytes: Uint8Array, random: Random): Uint8Array | undefined {
    const module = tryDecode(bytes);
    return module && encode(mutateModule(module, this.#donors, random));
  }
}

function tryDecode(bytes: Uint8Array): Module | undefined {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function randomBytes(random: Random): Uint8Array {
  const noise = Array.from({ length: random.int(0, MAX_RANDOM_BYTES) }, () => random.int(0, 255));
  return Uint8Array.from(random.chance(0.8) ? [...HEADER, ...noise] : noise);
}
