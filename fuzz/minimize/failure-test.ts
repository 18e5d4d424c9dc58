/** Whether a Program fails on the twins as another one did. */
import { isSameFailure } from '#fuzz/campaign/minimise.ts';
import { ALL_ORACLES, twins } from '#fuzz/campaign/twins.ts';
import type { Comparison } from '#fuzz/engines/foreign/comparison.ts';
import { findFault } from '#fuzz/faults/registry.ts';
import type { Examine } from '#fuzz/oracles/examine.ts';
import { loadReaders } from '#fuzz/oracles/readers.ts';
import { oraclesWith } from '#fuzz/oracles/registry.ts';
import type { Failure, OracleName, Verdict } from '#fuzz/oracles/verdict.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';

/** Those that an examination gets to before it ends with this failure: what the others would say does not matter. */
function neededFor(failure: Failure): ReadonlySet<OracleName> {
  const others = oraclesWith([]).map(({ name }) => name);
  const all: readonly OracleName[] = [...others, 'roundTrip'];
  const afterwards = all.slice(all.indexOf(failure.oracle) + 1);
  return new Set([...ALL_ORACLES].filter((name) => !afterwards.includes(name)));
}

/** The twins, judged by the oracles that this failure needs, or by all. */
export async function twinsFor(slug: string | undefined, failure?: Failure): Promise<Examine> {
  const fault = slug === undefined ? undefined : findFault(slug);
  const oracles = failure === undefined ? ALL_ORACLES : neededFor(failure);
  return twins({ fault, oracles, readers: oracles.has('roundTrip') ? await loadReaders() : [] }).examine;
}

/** Other engines, compared as they were when it was found. */
export async function pairFor(engines: Comparison, slug: string | undefined): Promise<Examine> {
  const { Pairing } = await import('#fuzz/campaign/pairing.ts');
  const pairing = new Pairing({ ...engines, suppressions: [] }, { fault: slug === undefined ? undefined : findFault(slug) });
  return (program) => pairing.examine(program);
}

/** In words. */
export function describeVerdict(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'agree':
      return 'the engines agree, and no audit complains';
    case 'inconclusive':
      return `its run says nothing: ${verdict.reason}`;
    case 'disagree':
      return `it fails otherwise: ${signatureOf(verdict.failure)}`;
  }
}

export class FailureTest {
  /** How the Program that passed last fails. */
  failure: Failure;
  readonly #examine: Examine;
  readonly #wanted: Failure;

  constructor(examine: Examine, wanted: Failure) {
    this.#examine = examine;
    this.#wanted = wanted;
    this.failure = wanted;
  }

  holds(program: Program): boolean {
    const { verdict } = this.#examine(program);
    if (verdict.kind !== 'disagree' || !isSameFailure(verdict.failure, this.#wanted)) return false;
    this.failure = verdict.failure;
    return true;
  }
  /** Why it does not hold. */
  explain(program: Program): string {
    return describeVerdict(this.#examine(program).verdict);
  }
}
