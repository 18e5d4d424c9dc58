/** `gctwin fuzz`: a campaign on the twins. */
import { randomInt } from 'node:crypto';
import type { CampaignReport, Discovery } from '#fuzz/campaign/campaign.ts';
import { runCampaign } from '#fuzz/campaign/campaign.ts';
import { ALL_ORACLES, twins } from '#fuzz/campaign/twins.ts';
import { findFault } from '#fuzz/faults/registry.ts';
import { findingText } from '#fuzz/findings/describe.ts';
import { replayCommand, writeFinding } from '#fuzz/findings/write.ts';
import { GENERATORS } from '#fuzz/generators/registry.ts';
import type { OracleName } from '#fuzz/oracles/verdict.ts';
import { ORACLE_NAMES, signatureOf } from '#fuzz/oracles/verdict.ts';
import { bytesOf, instructionsOf } from '#fuzz/program/size.ts';
import type { Context } from '../cli/command.ts';
import { defineCommand } from '../cli/command.ts';
import { requireWritableFolder } from '../cli/crashes.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { faultKind } from '../cli/fault.ts';
import { jsonFlag, printJson } from '../cli/json.ts';
import { choice, integer, list, seconds, text } from '../cli/kinds.ts';
import { version } from '../cli/main.ts';
import { option, repeated } from '../cli/option.ts';
import { StatusLine } from '../cli/status-line.ts';

const MIN_INT32 = -(2 ** 31);
const MAX_INT32 = 2 ** 31 - 1;
const DEFAULT_SECONDS = 60;
const DEFAULT_CRASHES = 'crashes';

/** A discovery and where it went; no path when it could not be written. */
interface Reported extends Discovery {
  readonly path: string | undefined;
}

/** Those that are named, or all; less those that are ruled out. */
function chosenOracles(only: readonly OracleName[], without: readonly OracleName[]): ReadonlySet<OracleName> {
  const chosen = new Set(only.length === 0 ? ALL_ORACLES : only);
  for (const name of without) chosen.delete(name);
  return chosen;
}

/** Writes a finding, or prints its text when it cannot be written, so that it is never lost. */
function save({ finding }: Discovery, crashes: string, context: Context): string | undefined {
  const size = `${instructionsOf(finding.program)} instructions`;
  context.print(`${signatureOf(finding.failure)}: ${size}, case ${finding.origin.caseNumber}`);
  context.print(`  ${finding.failure.message}`);
  try {
    const { kind, path } = writeFinding(crashes, finding);
    const note = { written: '', replaced: ' (took the place of a larger one)', kept: ' (one as small was there already, and is kept)' };
    context.print(`  ${path}${note[kind]}`);
    context.print(`  ${replayCommand(path)}`);
    return path;
  } catch (error) {
    context.log.error(`the finding could not be written to ${crashes}, so here it is: ${(error as Error).message}`);
    for (const { module } of finding.program.modules) {
      context.print(findingText(finding, 'write this text to a file first', module).trimEnd());
    }
    return undefined;
  }
}

function percent(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} %`;
}

function statusText({ tally, seconds, discoveries }: CampaignReport): string {
  const { cases, conclusive } = tally;
  const speed = (cases / seconds).toFixed(0);
  return `${cases} cases, ${speed}/s, ${percent(conclusive, cases)} conclusive, ${discoveries.length} findings, ${seconds.toFixed(0)} s`;
}

function reportLines(report: CampaignReport): readonly string[] {
  const { tally, seconds } = report;
  const counts = (record: Readonly<Record<string, number>>): string =>
    Object.entries(record).map(([key, count]) => `${key} ${count}`).join(', ') || 'none';
  return [
    `${tally.cases} cases in ${seconds.toFixed(1)} s (${(tally.cases / seconds).toFixed(0)}/s), ${percent(tally.conclusive, tally.cases)} conclusive`,
    `inconclusive: ${counts(tally.inconclusive)}`,
    `steps: ${counts(tally.outcomes)}`,
    `${(tally.collections / Math.max(1, tally.cases)).toFixed(1)} collections and ${(tally.allocations / Math.max(1, tally.cases)).toFixed(1)} allocations per case; array.copy in ${percent(tally.casesWithArrayCopy, tally.cases)} of cases; ${tally.instructions.length} different instructions`,
    `${report.discoveries.length} findings`,
  ];
}

function toJson(seed: number, report: CampaignReport, reported: readonly Reported[]): object {
  const { tally, seconds, cpuSeconds } = report;
  return {
    seed,
    cases: tally.cases,
    seconds,
    cpuSeconds,
    casesPerSecond: tally.cases / seconds,
    conclusive: tally.cases === 0 ? 0 : tally.conclusive / tally.cases,
    inconclusive: tally.inconclusive,
    findings: reported.map(({ finding, path, cpuSeconds: findingCpuSeconds }) => ({
      signature: signatureOf(finding.failure),
      oracle: finding.failure.oracle,
      path: path ?? null,
      instructions: instructionsOf(finding.program),
      bytes: bytesOf(finding.program),
      firstCase: finding.origin.caseNumber,
      cpuSeconds: findingCpuSeconds,
    })),
    collections: tally.collections,
    allocations: tally.allocations,
    outcomes: tally.outcomes,
    instructions: tally.instructions,
    casesWithArrayCopy: tally.casesWithArrayCopy,
  };
}

export const command = defineCommand({
  name: 'fuzz',
  summary: 'Hunt for disagreements between the collectors with random programs',
  details: [
    'Each case is a random module, run once with the drc collector and once with its twin that never frees; results,',
    'traps and reachable heaps must agree, and the audits of drc must be content. The first case of each signature is',
    'shrunk and written to a folder of its own, with the command that replays it.',
    '',
    `Without --runs and --max-total-time it hunts for ${DEFAULT_SECONDS} seconds. With --fault and without --runs it ends at the first`,
    'finding. The same seed gives the same cases in the same order; time only decides where they end.',
  ].join('\n'),
  operands: { usage: '', min: 0, max: 0 },
  options: {
    seed: option(integer(MIN_INT32, MAX_INT32), 'seed of the campaign; default a fresh one, which is printed'),
    runs: option(integer(1, MAX_INT32), 'cases to run'),
    'max-total-time': option(seconds, 'end when so many seconds have passed'),
    profile: option(list(choice(...GENERATORS.map(({ name }) => name))), 'generators to use; default all'),
    fault: option(faultKind, 'plant this bug in the drc collector'),
    crashes: option(text('DIR'), 'where findings go', DEFAULT_CRASHES),
    oracle: repeated(choice(...ORACLE_NAMES), 'only this oracle may speak'),
    'no-oracle': repeated(choice(...ORACLE_NAMES), 'this oracle may not speak; a case that it would have ended is inconclusive'),
    json: jsonFlag,
  },
  run: async ({ options }, context) => {
    requireWritableFolder(options.crashes);
    const seed = options.seed ?? randomInt(MIN_INT32, MAX_INT32 + 1);
    const unbounded = options.runs === undefined && options['max-total-time'] === undefined;
    const reported: Reported[] = [];
    const status = new StatusLine(context.log);
    context.print(`seed ${seed}`);
    const report = await runCampaign({
      seed,
      generators: GENERATORS.filter(({ name }) => options.profile === undefined || options.profile.includes(name)),
      twins: twins({
        fault: options.fault === undefined ? undefined : findFault(options.fault),
        oracles: chosenOracles(options.oracle, options['no-oracle']),
      }),
      fault: options.fault,
      versions: { gctwin: version(), node: process.version },
      runs: options.runs ?? Number.POSITIVE_INFINITY,
      maxTimeMs: 1000 * (options['max-total-time'] ?? (unbounded ? DEFAULT_SECONDS : Number.POSITIVE_INFINITY)),
      stopAtFirstFinding: options.fault !== undefined && options.runs === undefined,
      interrupted: context.untilInterrupted(),
      onFinding: (discovery) => {
        status.clear();
        reported.push({ ...discovery, path: save(discovery, options.crashes, context) });
      },
      onProgress: (progress) => status.update(() => statusText(progress)),
    });
    status.clear();
    for (const line of reportLines(report)) context.print(line);
    if (options.json) printJson(context, toJson(seed, report, reported));
    if (report.defect !== undefined) throw report.defect;
    return reported.length > 0 ? ExitCode.findings : ExitCode.ok;
  },
});
