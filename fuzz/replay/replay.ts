/** Replays what is kept, an entry of the corpus or a finding, and says in words what has become of it. */
import { ALL_ORACLES, twins } from '#fuzz/campaign/twins.ts';
import type { Pair } from '#fuzz/campaign/pairing.ts';
import type { EnginePaths } from '#fuzz/engines/foreign/engine-paths.ts';
import type { Fault } from '#fuzz/faults/fault.ts';
import { findFault } from '#fuzz/faults/registry.ts';
import type { Finding } from '#fuzz/findings/finding.ts';
import { readFinding } from '#fuzz/findings/read.ts';
import type { Reader } from '#fuzz/oracles/readers.ts';
import type { Verdict } from '#fuzz/oracles/verdict.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { CorpusEntry } from '#fuzz/program/entry.ts';
import { readEntry } from '#fuzz/program/entry.ts';
import type { Replayable } from './find.ts';
import type { EntryReport } from './replay-entry.ts';
import { replayEntry } from './replay-entry.ts';
import type { PairCourt } from './pair-court.ts';
import { AbsentEngineError, describeMoves, recordedEngines } from './recorded-engines.ts';

/** What is kept was made with a planted bug that this version does not have. */
export class UnknownFaultError extends Error {
  override readonly name = 'UnknownFaultError';
}

/** `open` is an entry that is known not to pass yet. */
export type Status = 'passed' | 'failed' | 'open';

export interface Replayed extends Replayable {
  readonly status: Status;
  /** One line. */
  readonly result: string;
  /** Further lines. */
  readonly details: readonly string[];
  /** Something for people to do though nothing has failed. */
  readonly advice?: string;
}

export interface ReplayOptions {
  /** The planted bug, `none`, or undefined for what is recorded. */
  readonly fault?: string | undefined;
  /** Engines to compare instead of the recorded ones, and instead of what an entry is replayed on without. */
  readonly engines?: Pair | undefined;
  /** Programs to run in the place of the recorded ones. */
  readonly paths: EnginePaths;
  /** Where engines are compared. */
  readonly court: PairCourt;
  readonly readers: readonly Reader[];
}

/**
 * @throws EntryError, FindingError when it cannot be read
 * @throws UnknownFaultError
 * @throws EngineError when one of the paths is that of no such engine
 */
export async function replay({ kind, path }: Replayable, options: ReplayOptions): Promise<Replayed> {
  return { kind, path, ...(kind === 'entry' ? replayedEntry(readEntry(path), options) : await foundAgain(readFinding(path), path, options)) };
}

type Result = Omit<Replayed, keyof Replayable>;

function faultNamed(slug: string): Fault {
  const fault = findFault(slug);
  if (fault === undefined) throw new UnknownFaultError(`the planted bug ${slug} is not known to this version`);
  return fault;
}

// --- Entries -----------------------------------------------------------------------------------------------

function replayedEntry(entry: CorpusEntry, { fault: wanted, engines, court, readers }: ReplayOptions): Result {
  const planted = wanted === undefined || wanted === 'none' ? undefined : faultNamed(wanted);
  if (engines !== undefined) return comparedEntry(court.examine(engines, entry.program, planted).verdict, planted);
  const toCatch = wanted !== undefined || entry.fault === undefined ? undefined : faultNamed(entry.fault);
  return resultOf(entry.open, replayEntry(entry, { toCatch, planted, readers }), { toCatch, planted });
}

/** On engines that may know no more than to run it: whether it is open for the twins says nothing about them. */
function comparedEntry(verdict: Verdict, planted: Fault | undefined): Result {
  const suffix = planted === undefined ? '' : ` (with ${planted.slug} planted)`;
  switch (verdict.kind) {
    case 'agree':
      return { status: 'passed', result: `passes: the engines agree${suffix}`, details: [] };
    case 'inconclusive':
      return { status: 'passed', result: `passes, for nothing can be compared: ${verdict.reason}${suffix}`, details: [] };
    case 'disagree':
      return { status: 'failed', result: `fails: ${signatureOf(verdict.failure)}${suffix}`, details: verdict.failure.message.split('\n') };
  }
}

interface Faults {
  readonly toCatch: Fault | undefined;
  readonly planted: Fault | undefined;
}

function resultOf(open: boolean, { problems, abstentions }: EntryReport, { toCatch, planted }: Faults): Result {
  const details = problemLines(problems);
  const suffix = planted === undefined ? '' : ` (with ${planted.slug} planted)`;
  if (problems.length === 0) {
    if (open && planted === undefined) return { status: 'failed', result: 'passes, so it is no longer open: take "open" out of its entry.json', details };
    const caught = toCatch === undefined ? '' : `, and catches ${toCatch.slug}`;
    const silent = abstentions.filter(({ oracle }) => oracle !== 'roundTrip').map(({ oracle, reason }) => `; ${oracle} abstains: ${reason}`);
    return { status: 'passed', result: `passes${caught}${silent.join('')}${suffix}`, details };
  }
  return open && planted === undefined
    ? { status: 'open', result: 'is still open', details }
    : { status: 'failed', result: `fails${suffix}`, details };
}

/** The first one in full, of those like it only how many they are. */
export function problemLines(problems: EntryReport['problems']): readonly string[] {
  const bySentence = Map.groupBy(problems, ({ message }) => message.slice(0, message.indexOf('\n') + 1 || undefined));
  return [...bySentence.values()].flatMap(([first, ...others]) => {
    const more = others.length === 0 ? '' : `, and under ${others.length} more`;
    return `${first!.setting}${more}: ${first!.message}`.split('\n');
  });
}

// --- Findings ----------------------------------------------------------------------------------------------

async function foundAgain(finding: Finding, path: string, options: ReplayOptions): Promise<Result> {
  try {
    const recorded = options.engines === undefined ? await recordedEngines(finding, options.paths) : undefined;
    const moves = recorded === undefined ? [] : describeMoves(finding.engines!, recorded);
    const result = replayedFinding(finding, path, { ...options, engines: options.engines ?? recorded });
    return { ...result, details: [...moves, ...result.details] };
  } catch (error) {
    if (!(error instanceof AbsentEngineError)) throw error;
    return { status: 'failed', result: `cannot be replayed: ${error.message}`, details: [] };
  }
}

/** @param options the engines among them are those to ask; without, the twins */
function replayedFinding(finding: Finding, path: string, { fault: wanted, engines, court, readers }: ReplayOptions): Result {
  const slug = wanted === 'none' ? undefined : (wanted ?? finding.fault);
  const fault = slug === undefined ? undefined : faultNamed(slug);
  const verdict = engines === undefined ? twins({ fault, oracles: ALL_ORACLES, readers }).examine(finding.program).verdict : court.examine(engines, finding.program, fault).verdict;
  const suffix = slug === undefined ? '' : ` (with ${slug} planted)`;
  switch (verdict.kind) {
    case 'agree': {
      const isGone = wanted === undefined && finding.fault === undefined;
      const advice = `this open crash no longer happens, promote it: npx gctwin promote ${path}`;
      return { status: 'passed', result: `passes: the ${engines === undefined ? 'collectors' : 'engines'} agree${suffix}`, details: isGone ? [advice] : [], ...(isGone ? { advice } : {}) };
    }
    case 'inconclusive':
      // A case that reaches a limit shows nothing.
      return { status: 'failed', result: `fails: inconclusive, ${verdict.reason}${suffix}`, details: [] };
    case 'disagree': {
      const found = signatureOf(verdict.failure);
      const recorded = signatureOf(finding.failure);
      const result = found === recorded ? `fails as recorded: ${found}` : `fails otherwise than recorded: ${found}, not ${recorded}`;
      return { status: 'failed', result: (slug === undefined ? `is still open: ${result}` : result) + suffix, details: verdict.failure.message.split('\n') };
    }
  }
}
