/** Engines that are compared on one Program after the other: each is started once. */
import type { Pair } from '#fuzz/campaign/pairing.ts';
import { Pairing } from '#fuzz/campaign/pairing.ts';
import type { Fault } from '#fuzz/faults/fault.ts';
import type { Examination } from '#fuzz/oracles/examine.ts';
import type { Program } from '#fuzz/program/program.ts';

export class PairCourt {
  readonly #pairings = new Map<string, Pairing>();

  pairing(pair: Pair, fault: Fault | undefined): Pairing {
    const key = JSON.stringify([pair, fault?.slug]);
    let pairing = this.#pairings.get(key);
    if (pairing === undefined) this.#pairings.set(key, (pairing = new Pairing(pair, { fault })));
    return pairing;
  }

  /** @param fault planted in `drc`, if that is one of them */
  examine(pair: Pair, program: Program, fault: Fault | undefined): Examination {
    return this.pairing(pair, fault).examine(program);
  }

  /** Resolves when the engines' processes are gone. */
  async end(): Promise<void> {
    await Promise.all([...this.#pairings.values()].map((pairing) => pairing.end()));
  }
}
