/** What a campaign has done, in words and as JSON. */
import { join } from 'node:path';
import type { CampaignReport } from '#fuzz/campaign/campaign.ts';
import type { Coverage } from '#fuzz/campaign/corpora.ts';
import type { Progress, StoredFinding } from '#fuzz/campaign/state.ts';
import type { Counts } from '#fuzz/campaign/statistics.ts';
import { folderName } from '#fuzz/findings/finding.ts';
import { bytesOf, instructionsOf } from '#fuzz/program/size.ts';

const MEGABYTE = 1e6;

function percent(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} %`;
}
function countsText(counts: Counts): string {
  return Object.entries(counts).map(([key, count]) => `${key} ${count}`).join(', ') || 'none';
}
function perCase(count: number, cases: number): string {
  return (count / Math.max(1, cases)).toFixed(1);
}
/** `1:02:03`. */
function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(0);
}

function coverageText({ features, recent, recentCases, programs }: Coverage): string {
  return `${features} features, ${recent} of them in the last ${recentCases} cases; ${programs} programs`;
}

/** Shares of the workers' time, the largest first. */
function stagesText(stages: Counts): string {
  const total = Object.values(stages).reduce((sum, ms) => sum + ms, 0);
  const sorted = Object.entries(stages).sort(([, a], [, b]) => b - a);
  return sorted.map(([stage, ms]) => `${stage} ${percent(ms, total)}`).join(', ') || 'none';
}

export interface Bounds {
  readonly runs: number;
  readonly maxTimeMs: number;
}

/** Seconds until the first bound is reached; undefined when there is none or no speed to tell. */
function secondsLeft({ progress, sessionCases, sessionSeconds }: CampaignReport, { runs, maxTimeMs }: Bounds): number | undefined {
  const byTime = maxTimeMs / 1000 - sessionSeconds;
  const byRuns = sessionCases === 0 ? Number.POSITIVE_INFINITY : ((runs - progress.cases) * sessionSeconds) / sessionCases;
  const left = Math.max(0, Math.min(byTime, byRuns));
  return Number.isFinite(left) ? left : undefined;
}

/** One line, for logs. */
export function progressLine(report: CampaignReport): string {
  const { progress, sessionCases, sessionSeconds, findings, coverage } = report;
  const { tally } = progress;
  const speed = (sessionCases / sessionSeconds).toFixed(0);
  return `${progress.cases} cases, ${speed}/s, ${percent(tally.conclusive, tally.cases)} conclusive, ${coverage.features} features, ${findings} findings, ${sessionSeconds.toFixed(0)} s`;
}

/** A few lines, for a terminal. */
export function progressPanel(title: string, report: CampaignReport, bounds: Bounds): readonly string[] {
  const { progress, sessionCases, sessionSeconds, findings, shrinking, memory, coverage } = report;
  const { cases, tally, stages, workers } = progress;
  const left = secondsLeft(report, bounds);
  const waiting = shrinking === 0 ? '' : ` (${shrinking} being shrunk)`;
  return [
    `${title}  ${clock(sessionSeconds)}${left === undefined ? '' : `, ${clock(left)} left`}`,
    `cases         ${cases}, ${(sessionCases / sessionSeconds).toFixed(0)}/s, ${percent(tally.conclusive, tally.cases)} conclusive`,
    `inconclusive  ${countsText(tally.inconclusive)}`,
    `abstentions   ${countsText(tally.abstentions)}`,
    `mutations     ${percent(tally.mutated, tally.cases)} of the cases; without a trap ${percent(tally.trapless, tally.cases)}`,
    `coverage      ${coverageText(coverage)}`,
    `per case      ${perCase(tally.collections, cases)} collections, ${perCase(tally.allocations, cases)} allocations`,
    `findings      ${findings}${waiting}`,
    `time          ${stagesText(stages)}`,
    `memory        parent ${megabytes(memory.parentBytes)} MB, workers ${memory.workerBytes.map(megabytes).join(', ')} MB; ${workers.started} started, ${workers.recycled} recycled, ${workers.died} died`,
  ];
}

/** The end of a campaign, in words. */
export function summaryLines({ cases, tally, seconds, stages, workers }: Progress, findings: number, coverage?: Coverage): readonly string[] {
  return [
    `${cases} cases in ${seconds.toFixed(1)} s (${(cases / seconds).toFixed(0)}/s), ${percent(tally.conclusive, tally.cases)} conclusive`,
    `inconclusive: ${countsText(tally.inconclusive)}`,
    `abstentions: ${countsText(tally.abstentions)}`,
    `steps: ${countsText(tally.outcomes)}`,
    `mutations: ${percent(tally.mutated, tally.cases)} of cases; without a trap: ${percent(tally.trapless, tally.cases)}`,
    ...(coverage === undefined ? [] : [`coverage: ${coverageText(coverage)} in the corpus`]),
    `${perCase(tally.collections, cases)} collections and ${perCase(tally.allocations, cases)} allocations per case; array.copy in ${percent(tally.casesWithArrayCopy, tally.cases)} of cases; ${tally.instructions.length} different instructions`,
    `time: ${stagesText(stages)}; worker processes: ${workers.started} started, ${workers.recycled} recycled, ${workers.died} died`,
    `${findings} findings`,
  ];
}

/** @param crashes folder of findings */
export function summaryJson({ cases, tally, seconds, cpuSeconds, stages, workers }: Progress, findings: readonly StoredFinding[], crashes: string): object {
  return {
    cases,
    seconds,
    cpuSeconds,
    casesPerSecond: seconds === 0 ? 0 : cases / seconds,
    conclusive: tally.cases === 0 ? 0 : tally.conclusive / tally.cases,
    inconclusive: tally.inconclusive,
    abstentions: tally.abstentions,
    findings: findings.map(({ signature, finding, cpuSeconds: findingCpuSeconds, ...sightings }) => ({
      signature,
      oracle: finding.failure.oracle,
      path: join(crashes, folderName(finding)),
      instructions: instructionsOf(finding.program),
      bytes: bytesOf(finding.program),
      cpuSeconds: findingCpuSeconds,
      ...sightings,
    })),
    collections: tally.collections,
    allocations: tally.allocations,
    outcomes: tally.outcomes,
    instructions: tally.instructions,
    casesWithArrayCopy: tally.casesWithArrayCopy,
    mutated: tally.mutated,
    trapless: tally.trapless,
    stages,
    workers,
  };
}
