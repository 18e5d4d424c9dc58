/** What runs of the suite amount to, for programs. */
import type { CommandResult, Setting } from './run-script.ts';
import type { ScriptRun } from './suite.ts';

interface Place {
  readonly script: string;
  /** In the `.wast` source. */
  readonly line: number;
}
export interface Exclusion extends Place {
  readonly reason: string;
}
export interface FailedCommand extends Place {
  readonly command: string;
  readonly expected: string;
  readonly got: string;
  /** Names of the settings that fail so. */
  readonly runs: readonly string[];
}
/** A command on which runs do not agree, whether or not the script is content with each of them. */
export interface Difference extends Place {
  readonly command: string;
  /** By name of setting. */
  readonly got: Readonly<Record<string, string>>;
}

/** Every command is in exactly one of the four. */
export interface Tally {
  passed: number;
  failed: number;
  textOnly: number;
  readonly excluded: Exclusion[];
}
export interface RunTally extends Tally {
  readonly collector: string;
  readonly setting: string;
  collections: number;
}
/** Its own tally counts a command as passed when all runs pass it, and as failed when any run fails it. */
export interface SuiteReport extends Tally {
  readonly runs: readonly RunTally[];
  readonly failures: FailedCommand[];
  readonly differences: Difference[];
}

function emptyTally(): Tally {
  return { passed: 0, failed: 0, textOnly: 0, excluded: [] };
}

function count(tally: Tally, place: Place, result: CommandResult): void {
  if (result.verdict === 'excluded') tally.excluded.push({ ...place, reason: result.reason });
  else tally[result.verdict]++;
}

const SEVERITY: readonly CommandResult['verdict'][] = ['failed', 'excluded', 'textOnly', 'passed'];

/** The worst of the results of one command. */
export function worst(results: readonly CommandResult[]): CommandResult {
  return results.reduce((a, b) => (SEVERITY.indexOf(b.verdict) < SEVERITY.indexOf(a.verdict) ? b : a));
}

function observation(result: CommandResult): string {
  switch (result.verdict) {
    case 'passed':
    case 'failed':
      return result.observed;
    case 'excluded':
      return `excluded: ${result.reason}`;
    case 'textOnly':
      return 'text only';
  }
}

/** Equal failures of one command in several runs are one entry. */
function addFailures(report: SuiteReport, place: Place, command: string, results: readonly CommandResult[]): void {
  const byObservation = new Map<string, { expected: string; runs: string[] }>();
  results.forEach((result, i) => {
    if (result.verdict !== 'failed') return;
    const known = byObservation.get(result.observed);
    const run = report.runs[i]!.setting;
    if (known === undefined) byObservation.set(result.observed, { expected: result.expected, runs: [run] });
    else known.runs.push(run);
  });
  for (const [got, { expected, runs }] of byObservation) {
    report.failures.push({ ...place, command, expected, got, runs });
  }
}

function addDifference(report: SuiteReport, place: Place, command: string, results: readonly CommandResult[]): void {
  const observed = results.map(observation);
  if (observed.every((text) => text === observed[0])) return;
  const got = Object.fromEntries(observed.map((text, i) => [report.runs[i]!.setting, text]));
  report.differences.push({ ...place, command, got });
}

/** Adds up all commands of all scripts. */
export function reportOf(scripts: readonly ScriptRun[], settings: readonly Setting[]): SuiteReport {
  const runs = settings.map(({ collector, name }): RunTally => ({ collector, setting: name, collections: 0, ...emptyTally() }));
  const report: SuiteReport = { ...emptyTally(), runs, failures: [], differences: [] };
  for (const script of scripts) {
    script.runs.forEach(({ collections }, run) => (runs[run]!.collections += collections));
    script.commands.forEach(({ line, type }, i) => {
      const place = { script: script.id, line };
      const results = script.runs.map((run) => run.results[i]!);
      count(report, place, worst(results));
      results.forEach((result, run) => count(runs[run]!, place, result));
      addFailures(report, place, type, results);
      addDifference(report, place, type, results);
    });
  }
  return report;
}
