/**
 * Replays an entry of the corpus: as it is, before all oracles, V8 and every reader of modules; then through the matrix of settings on
 * both collectors, audited at every safe point. Each time exactly what is expected must happen, and nothing may be wrong behind it.
 * An entry with a planted bug must fail as it is once the bug is planted.
 */
import { isDeepStrictEqual } from 'node:util';
import { ALL_ORACLES } from '#fuzz/campaign/twins.ts';
import { nullEngine } from '#fuzz/engines/interpreter.ts';
import type { Panel } from '#fuzz/engines/panel.ts';
import { panelOf } from '#fuzz/engines/panel.ts';
import type { EngineOptions } from '#fuzz/engines/run.ts';
import type { Fault } from '#fuzz/faults/fault.ts';
import { partsWith } from '#fuzz/faults/parts-with.ts';
import type { Court } from '#fuzz/oracles/examine.ts';
import { examine } from '#fuzz/oracles/examine.ts';
import { budget } from '#fuzz/oracles/budget.ts';
import { hostLifetimes } from '#fuzz/oracles/host-lifetimes.ts';
import type { Reader } from '#fuzz/oracles/readers.ts';
import { oraclesWith } from '#fuzz/oracles/registry.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';
import type { CorpusEntry } from '#fuzz/program/entry.ts';
import type { Program } from '#fuzz/program/program.ts';
import { settingsOf } from './settings.ts';

const AUDITED: EngineOptions = { audit: 'safePoints', integrity: true };
const AS_IT_IS = 'as it is';

export interface Problem {
  /** Under which settings: `as it is`, or as the matrix names them. */
  readonly setting: string;
  /** One sentence, or several lines. */
  readonly message: string;
}

export interface EntryReport {
  /** Empty when all is as expected. */
  readonly problems: readonly Problem[];
  /** Oracles that could say nothing of the entry as it is, and why. */
  readonly abstentions: readonly { readonly oracle: string; readonly reason: string }[];
}

export interface ReplayOptions {
  /** The planted bug to be caught, if any; undefined when nothing is to be caught. */
  readonly toCatch: Fault | undefined;
  /** Planted all the while, to see what comes of it. */
  readonly planted?: Fault | undefined;
  readonly readers: readonly Reader[];
}

function panelWith(fault: Fault | undefined): Panel {
  const parts = partsWith(fault);
  return { ...panelOf(parts, AUDITED), reference: nullEngine(AUDITED, parts.null) };
}

/** Takes milliseconds to tens of them. Does not throw. */
export function replayEntry(entry: CorpusEntry, { toCatch, planted, readers }: ReplayOptions): EntryReport {
  const panel = panelWith(planted);
  const problems: Problem[] = [];
  const whole: Court = { panel, oracles: oraclesWith(readers), admitted: ALL_ORACLES };
  const { message, abstentions } = check(entry, entry.program, whole);
  if (message !== undefined) problems.push({ setting: AS_IT_IS, message });
  // What settings cannot change, V8 and the readers of modules have been asked about already.
  const brief: Court = { ...whole, oracles: [hostLifetimes, budget] };
  for (const { name, program } of settingsOf(entry.program)) {
    const under = check(entry, program, brief);
    if (under.message !== undefined) problems.push({ setting: name, message: under.message });
  }
  if (toCatch !== undefined && !isCaught(entry.program, toCatch, readers)) {
    problems.push({ setting: AS_IT_IS, message: `${toCatch.slug} is planted, and nothing shows it` });
  }
  return { problems, abstentions };
}

interface Check {
  /** What is wrong, if anything. */
  readonly message: string | undefined;
  readonly abstentions: EntryReport['abstentions'];
}

function check({ expected }: CorpusEntry, program: Program, court: Court): Check {
  const { verdict, abstentions, reference, observation } = examine(court, program);
  if (verdict.kind === 'disagree') return { message: `${signatureOf(verdict.failure)}\n${verdict.failure.message}`, abstentions };
  const message = unexpected('null', expected, reference.outcomes) ?? unexpected('drc', expected, observation.outcomes);
  // A limit that is expected is no reason to be silent about the oracles that were not asked.
  return { message, abstentions: verdict.kind === 'agree' ? abstentions : [{ oracle: 'all', reason: verdict.reason }] };
}

function unexpected(engine: string, expected: readonly unknown[], outcomes: readonly unknown[]): string | undefined {
  for (let step = 0; step < Math.max(expected.length, outcomes.length); step++) {
    if (isDeepStrictEqual(outcomes[step], expected[step])) continue;
    return `step ${step} on ${engine}: ${textOf(outcomes[step])}, expected is ${textOf(expected[step])}`;
  }
  return undefined;
}
function textOf(outcome: unknown): string {
  if (outcome === undefined) return 'nothing';
  return JSON.stringify(outcome, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

function isCaught(program: Program, fault: Fault, readers: readonly Reader[]): boolean {
  return examine({ panel: panelWith(fault), oracles: oraclesWith(readers), admitted: ALL_ORACLES }, program).verdict.kind === 'disagree';
}
