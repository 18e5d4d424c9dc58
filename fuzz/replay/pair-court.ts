/** Engines that are compared on one Program after the other: each is started once. */
import { existsSync } from 'node:fs';
import type { Pair } from '#fuzz/campaign/pairing.ts';
import { Pairing } from '#fuzz/campaign/pairing.ts';
import { describeEngine } from '#fuzz/engines/foreign/comparison.ts';
import type { Fault } from '#fuzz/faults/fault.ts';
import type { Finding } from '#fuzz/findings/finding.ts';
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

/** A finding was made with an engine that is not where it was. The message is a sentence that names the way out. */
export class AbsentEngineError extends Error {
  override readonly name = 'AbsentEngineError';
}

/**
 * Those that a finding was found with, if it was not the twins; nothing is suppressed.
 * @throws AbsentEngineError
 */
export function recordedEngines({ engines }: Finding): Pair | undefined {
  if (engines === undefined) return undefined;
  const { subjects, references } = engines;
  const absent = [...subjects, ...references].find((engine) => typeof engine !== 'string' && !existsSync(engine.path));
  if (absent !== undefined) throw new AbsentEngineError(`it was found with ${describeEngine(absent)}, which is not here: say with --subject and --reference which engines to ask`);
  return { subjects, references, suppressions: [] };
}
