/** Known bugs of engines: what they lead to is counted and not reported (docs/formats.md). */
import type { Read } from '#util/json.ts';
import { JsonError, integer, list, member, object, optional, parseJson, record, text, word } from '#util/json.ts';
import type { Comparison } from '#fuzz/engines/foreign/comparison.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { Verdict } from '#fuzz/oracles/verdict.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Ingredient } from './ingredients.ts';
import { INGREDIENTS, hasIngredient } from './ingredients.ts';

const FORMAT = 1;

export interface Suppression {
  /** What the signature or the message of a failure holds. */
  readonly signature: string;
  /** Name or family of the engine to blame. */
  readonly engine: string;
  /** Beginnings of the versions that have the bug; all when absent. */
  readonly versions?: readonly string[] | undefined;
  /** What a module of the case must have for the bug to show. */
  readonly with?: Ingredient | undefined;
  /** Where it is reported. */
  readonly reference: string;
}

/** A suppression file is not what it should be. */
export class SuppressionError extends Error {
  override readonly name = 'SuppressionError';
}

const readSuppression: Read<Suppression> = record<Suppression>({
  signature: text,
  engine: text,
  versions: optional(list(text)),
  with: optional(word(INGREDIENTS)),
  reference: text,
});

/** @throws SuppressionError naming the place that is wrong */
export function parseSuppressions(content: string): readonly Suppression[] {
  try {
    const json = object(parseJson(content), '');
    integer(FORMAT, FORMAT)(member(json, 'format'), 'format');
    return list(readSuppression)(member(json, 'suppressions'), 'suppressions');
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new SuppressionError(error.message, { cause: error });
  }
}

interface Engines extends Comparison {
  readonly suppressions: readonly Suppression[];
}

/** @returns the verdict on a Program, or that it is known */
export function suppressed(verdict: Verdict, { modules }: Pick<Program, 'modules'>, { subjects, references, suppressions }: Engines): Verdict {
  if (verdict.kind !== 'disagree') return verdict;
  const { failure } = verdict;
  const texts = [signatureOf(failure), failure.message];
  const blamed = [...subjects, ...references].filter((engine) => typeof engine !== 'string').filter(({ name }) => failure.holders.includes(name));
  const known = suppressions.find(
    ({ signature, engine, versions, with: ingredient }) =>
      texts.some((one) => one.includes(signature)) &&
      blamed.some(({ name, family, version }) => (name === engine || family === engine) && (versions?.some((prefix) => version.startsWith(prefix)) ?? true)) &&
      (ingredient === undefined || modules.some(({ module }) => hasIngredient(module, ingredient))),
  );
  return known === undefined ? verdict : { kind: 'inconclusive', reason: `known: ${known.reference}` };
}
