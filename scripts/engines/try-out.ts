/** What becomes of an engine with small Programs: whether it can be used at all, and what it has. */
import type { Pair } from '#fuzz/campaign/pairing.ts';
import { Pairing } from '#fuzz/campaign/pairing.ts';
import { closingFor, nameOf } from '#fuzz/engines/foreign/comparison.ts';
import { FEATURES, featureProgram } from '#fuzz/engines/foreign/features.ts';
import type { ForeignSpec } from '#fuzz/engines/foreign/foreign-engine.ts';
import { smokeProgram } from '#fuzz/engines/foreign/smoke.ts';
import type { Verdict } from '#fuzz/oracles/verdict.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import { InputError } from '../cli/errors.ts';

export interface TriedOut {
  /** `works`, or what is wrong. */
  readonly status: string;
  /** Names of proposals; absent when the engine does wrong already. */
  readonly features?: readonly string[];
}

async function withPairing<T>(spec: ForeignSpec, use: (pairing: Pairing, pair: Pair) => T): Promise<T> {
  const pair: Pair = { subjects: [spec], references: ['null'], suppressions: [] };
  const pairing = new Pairing(pair);
  try {
    return use(pairing, pair);
  } finally {
    await pairing.end();
  }
}

function describe(verdict: Verdict): string {
  if (verdict.kind === 'agree') return 'works';
  return verdict.kind === 'inconclusive' ? verdict.reason : `${signatureOf(verdict.failure)}: ${verdict.failure.message}`;
}

/** A small Program that allocates, collects and traps, and those that need one feature each. */
export function tryOut(spec: ForeignSpec): Promise<TriedOut> {
  return withPairing(spec, (pairing, pair) => {
    const { verdict } = pairing.examine(smokeProgram(closingFor(pair)));
    if (verdict.kind === 'disagree') return { status: describe(verdict) };
    const seen = pairing.examineAll(FEATURES.map((feature) => ({ program: featureProgram(feature) })));
    return { status: describe(verdict), features: FEATURES.filter((_, i) => seen[i]!.verdict.kind === 'agree') };
  });
}

/**
 * A whole night with an engine that cannot be used would find nothing, and say so.
 * @throws InputError naming the first of the engines that says nothing of a small Program, or ends at it
 */
export async function checkUsable({ subjects, references }: Pair): Promise<void> {
  for (const engine of [...subjects, ...references]) {
    if (typeof engine === 'string') continue;
    const { verdict } = await withPairing(engine, (pairing, pair) => pairing.examine(smokeProgram(closingFor(pair))));
    const isUseless = verdict.kind === 'inconclusive' || (verdict.kind === 'disagree' && verdict.failure.oracle === 'crash');
    if (isUseless) throw new InputError(`${nameOf(engine)} (${engine.path}) is of no use here: ${describe(verdict).split('\n')[0]}; gctwin engines tells what each engine can do`);
  }
}
