/** What became of one run, as a line of JSON: the unit in which results are kept, merged and reported (docs/formats.md). */
import type { Members, Read } from '#util/json.ts';
import { JsonError, flag, integer, parseJson, record, text, word } from '#util/json.ts';
import { ORACLE_NAMES } from '#fuzz/oracles/verdict.ts';
import type { OracleName } from '#fuzz/oracles/verdict.ts';
import type { Task } from './task.ts';
import type { VariantName } from './variants.ts';
import { VARIANT_NAMES } from './variants.ts';

export const RECORD_FORMAT = 1;

export const OUTCOMES = [
  'found',
  /** The budget was spent. */
  'missed',
  /** Something was found that is there without the fault, too: it says nothing of the fault. */
  'unrelated',
  /** The run broke down: a defect of ours. It is run again. */
  'failed',
] as const;
export type RunOutcome = (typeof OUTCOMES)[number];

/** The finding that a run ended with. */
export interface Found {
  readonly signature: string;
  /** Who spoke first. */
  readonly oracle: OracleName;
  readonly operation: string;
  /** Of the module as it was found, and when it was shrunk. */
  readonly originalInstructions: number;
  readonly instructions: number;
  readonly bytes: number;
  /** Whether nothing smaller was left to try when shrinking ended. */
  readonly complete: boolean;
  /** The operation that `explain` names; null when it names none. */
  readonly guilty: string | null;
}

export interface RunRecord extends Task {
  readonly format: typeof RECORD_FORMAT;
  readonly outcome: RunOutcome;
  /** Cases that were run, the one that was found included. */
  readonly cases: number;
  /** Of all processes of the hunt, their start included, until the finding or the end; shrinking is not. */
  readonly cpuSeconds: number;
  /** There is one when something was found, related or not. */
  readonly finding: Found | null;
  /** Why it is unrelated or has failed; empty otherwise. */
  readonly reason: string;
  readonly versions: Versions;
  /** ISO 8601. */
  readonly ended: string;
}

export interface Versions {
  readonly gctwin: string;
  readonly node: string;
  /** Of the repository; with `+` when files were changed, and empty when it is not one. */
  readonly commit: string;
  readonly machine: string;
}

/** A file of results holds something else. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

function orNull<T>(read: Read<T>): Read<T | null> {
  return (value, place) => (value === null ? null : read(value, place));
}
const count = integer(0, Number.MAX_SAFE_INTEGER);
const seconds: Read<number> = (value, place) => {
  if (typeof value !== 'number' || !(value >= 0)) throw new JsonError(place, 'a number of seconds');
  return value;
};

const readFound = record<Found>({
  signature: text,
  oracle: word(ORACLE_NAMES),
  operation: text,
  originalInstructions: count,
  instructions: count,
  bytes: count,
  complete: flag,
  guilty: orNull(text),
});
const MEMBERS: Members<RunRecord> = {
  format: integer(RECORD_FORMAT, RECORD_FORMAT) as Read<typeof RECORD_FORMAT>,
  fault: text,
  seed: integer(-(2 ** 31), 2 ** 31 - 1),
  variant: word<VariantName>(VARIANT_NAMES),
  budget: record<Task['budget']>({ cases: count, cpuSeconds: seconds }),
  outcome: word(OUTCOMES),
  cases: count,
  cpuSeconds: seconds,
  finding: orNull(readFound),
  reason: text,
  versions: record<Versions>({ gctwin: text, node: text, commit: text, machine: text }),
  ended: text,
};
const readRecord = record(MEMBERS);

/** The same for equal records. */
export function recordLine(run: RunRecord): string {
  return `${JSON.stringify(Object.fromEntries((Object.keys(MEMBERS) as (keyof RunRecord)[]).map((key) => [key, run[key]])))}\n`;
}

/**
 * Reads what `recordLine` has written, line by line. What follows the last line's end was being written when the writer was killed, and is
 * left out.
 * @throws RecordError naming the line
 */
export function parseRecords(contents: string): readonly RunRecord[] {
  const whole = contents.slice(0, contents.lastIndexOf('\n') + 1);
  return whole.split('\n').flatMap((line, i) => {
    if (line === '') return [];
    try {
      return [readRecord(parseJson(line), '')];
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      throw new RecordError(`line ${i + 1}: ${error.message}`, { cause: error });
    }
  });
}
