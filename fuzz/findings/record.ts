/**
 * A finding as JSON: `finding.json` says everything but the modules, which are binary files beside it, because their
 * bytes are the record. Reading checks every field, for the files may have been edited.
 */
import type { Read } from '#util/json.ts';
import { JsonError, flag, integer, list, member, memberPlace, object, optional, parseJson, record, text, word } from '#util/json.ts';
import type { ChosenEngine, Comparison } from '#fuzz/engines/foreign/comparison.ts';
import { TWIN_NAMES } from '#fuzz/engines/foreign/comparison.ts';
import type { ForeignSpec } from '#fuzz/engines/foreign/foreign-engine.ts';
import { DEFECTS } from '#fuzz/engines/observation.ts';
import type { Failure, OracleName } from '#fuzz/oracles/verdict.ts';
import { ORACLE_NAMES, signatureOf } from '#fuzz/oracles/verdict.ts';
import type { LoadModule } from '#fuzz/program/record.ts';
import { programRecord, readProgramRecord } from '#fuzz/program/record.ts';
import type { Finding, Origin, Versions } from './finding.ts';

const FORMAT = 1;

/** A finding file is not what this version writes. */
export class FindingError extends Error {
  override readonly name = 'FindingError';
}

/** Which of a finding's two Programs a module belongs to. */
export type Role = 'module' | 'original';

/** @param replay the command line that replays the finding */
export function toJson({ program, original, failure, fault, engines, origin, versions, shrinking }: Finding, replay: string): string {
  const json = {
    format: FORMAT,
    signature: signatureOf(failure),
    failure,
    fault: fault ?? null,
    // Whoever compares them may have more to say, about what is known of them for one.
    engines: engines && { subjects: engines.subjects, references: engines.references },
    replay,
    program: programRecord(program),
    original: programRecord(original),
    origin,
    versions,
    shrinking,
  };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

const anyInteger = integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
const count = integer(0, Number.MAX_SAFE_INTEGER);

const readFailure = record<Failure>({
  oracle: word<OracleName>(ORACLE_NAMES),
  invariant: text,
  defect: optional(word(DEFECTS)),
  operation: text,
  holders: list(text),
  flags: optional(list(text)),
  message: text,
});
const readFault: Read<string | undefined> = (value, place) => (value === null ? undefined : text(value, place));
const readOrigin = record<Origin>({
  campaignSeed: anyInteger,
  caseNumber: count,
  generator: text,
  generatorVersion: count,
  generatorSeed: anyInteger,
  parent: optional(count),
});
const readVersions = record<Versions>({ gctwin: text, node: text });
const readWords: Read<Readonly<Record<string, string>>> = (value, place) =>
  Object.fromEntries(Object.entries(object(value, place)).map(([name, word]) => [name, text(word, memberPlace(place, name))]));
const readForeign = record<ForeignSpec>({ name: text, family: text, path: text, version: text, flags: list(text), environment: optional(readWords) });
const readEngine: Read<ChosenEngine> = (value, place) => (typeof value === 'string' ? word(TWIN_NAMES)(value, place) : readForeign(value, place));
const readComparison = record<Comparison>({ subjects: list(readEngine), references: list(readEngine) });
const readShrinking = record<Finding['shrinking']>({ tries: count, complete: flag });

/**
 * @param content as `toJson` gives it
 * @param load gives the modules of either Program; it may throw as `readProgramRecord` allows
 * @throws FindingError naming the place that is wrong
 */
export function fromJson(content: string, load: (role: Role) => LoadModule): Finding {
  try {
    const json = object(parseJson(content), '');
    const read = <T>(key: string, of: Read<T>): T => of(member(json, key), key);
    read('format', integer(FORMAT, FORMAT));
    return {
      program: readProgramRecord(member(json, 'program'), load('module'), 'program'),
      original: readProgramRecord(member(json, 'original'), load('original'), 'original'),
      failure: read('failure', readFailure),
      fault: read('fault', readFault),
      ...(member(json, 'engines') !== undefined && { engines: read('engines', readComparison) }),
      origin: read('origin', readOrigin),
      versions: read('versions', readVersions),
      shrinking: read('shrinking', readShrinking),
    };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new FindingError(error.message, { cause: error });
  }
}
