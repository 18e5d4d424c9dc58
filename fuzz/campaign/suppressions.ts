/** Known bugs of engines: what they lead to is counted and not reported (docs/formats.md). */
import type { Read } from '#util/json.ts';
import { JsonError, integer, list, member, object, optional, parseJson, record, text } from '#util/json.ts';
import { nearest } from '#util/edit-distance.ts';
import type { Comparison } from '#fuzz/engines/foreign/comparison.ts';
import { namesOfFamiliesToo } from '#fuzz/engines/foreign/families.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { Verdict } from '#fuzz/oracles/verdict.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { Ingredient } from './ingredients.ts';
import { CONSTRUCT_NAMES, INGREDIENTS, hasIngredient } from './ingredients.ts';

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

/** Every text holds the empty one, and begins with it: it would suppress too much. */
const someText: Read<string> = (value, place) => {
  const given = text(value, place);
  if (given === '') throw new JsonError(place, 'a string with something in it');
  return given;
};

/** None would suppress nothing. */
const someVersions: Read<readonly string[]> = (value, place) => {
  const versions = list(someText)(value, place);
  if (versions.length === 0) throw new JsonError(place, 'a list with something in it; leave it out for all versions');
  return versions;
};

/** One of names that are too many to list. @param what says what they are names of */
function nameOf<const T extends string>(names: readonly T[], what: string): Read<T> {
  return (value, place) => {
    const given = text(value, place);
    const known = names.find((name) => name === given);
    if (known !== undefined) return known;
    const near = nearest(given, names);
    throw new JsonError(place, near.length === 0 ? what : `${what}; near it: ${near.join(', ')}`);
  };
}

const readSuppression: Read<Suppression> = record<Suppression>({
  signature: someText,
  engine: nameOf(namesOfFamiliesToo(), 'the name of an engine or of a family, such as wasmtime:drc or wasmtime'),
  versions: optional(someVersions),
  with: optional(nameOf(INGREDIENTS, `the name of an instruction or one of ${CONSTRUCT_NAMES.join(', ')}`)),
  reference: someText,
});

interface SuppressionFile {
  readonly format: number;
  readonly suppressions: readonly Suppression[];
}
const readFormat = integer(FORMAT, FORMAT);
const readFile: Read<SuppressionFile> = record<SuppressionFile>({ format: readFormat, suppressions: list(readSuppression) });

/** @throws SuppressionError naming the place that is wrong */
export function parseSuppressions(content: string): readonly Suppression[] {
  try {
    const json = object(parseJson(content), '');
    // First of all: another format may have other members.
    readFormat(member(json, 'format'), 'format');
    return readFile(json, '').suppressions;
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
