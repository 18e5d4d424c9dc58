/** What many runs say together: everything that the report shows, as plain data. */
import type { FaultClass } from '#fuzz/faults/fault.ts';
import type { OracleName } from '#fuzz/oracles/verdict.ts';
import type { Magnitude } from '../../statistics/effect-size.ts';
import { a12, magnitudeOf } from '../../statistics/effect-size.ts';
import type { MedianInterval } from '../../statistics/median.ts';
import { median, medianInterval } from '../../statistics/median.ts';
import type { Duration, SurvivalPoint } from '../../statistics/survival.ts';
import { censoredAt, kaplanMeier } from '../../statistics/survival.ts';
import type { Found, RunRecord } from '../record.ts';
import { withoutRepetitions } from '../task.ts';
import type { Variant, VariantName } from '../variants.ts';
import { VARIANTS } from '../variants.ts';

/** What the report has to know of a fault. */
export interface FaultFacts {
  readonly slug: string;
  readonly class: FaultClass;
  /** Operations where it lies. */
  readonly guilty: readonly string[];
  /** Oracles that can see it; none for one that changes nothing, and must not be reported. */
  readonly caughtBy: readonly OracleName[];
}

/** Null is beyond the budget: more runs were censored than it takes to know. */
export interface Estimate {
  readonly median: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Probability that the interval covers the true median. */
  readonly coverage: number;
}

/** Runs of one fault and variant that say something. */
export interface Cell {
  readonly runs: number;
  readonly found: number;
  readonly cpuSeconds: Estimate;
  readonly cases: Estimate;
  /** Ascending. */
  readonly durations: readonly Duration[];
}

export interface FaultRow extends FaultFacts {
  /** With everything; undefined when it was not run. */
  readonly full: Cell | undefined;
  /** Who spoke first, most often first. */
  readonly oracles: readonly (readonly [oracle: OracleName, runs: number])[];
  /** Of modules that were shrunk until nothing smaller was left to try. */
  readonly instructions: Estimate | undefined;
  /** Findings whose explanation names an operation where the fault lies. */
  readonly explained: number;
}

export interface Comparison {
  readonly variant: VariantName;
  readonly title: string;
  readonly kind: Variant['kind'];
  /** What both sides are cut to: the least that any run of the variant was given. */
  readonly budgetSeconds: number;
  /** Faults with runs on both sides, and those that most runs find: with everything, and so. */
  readonly faults: number;
  readonly foundFull: number;
  readonly foundVariant: number;
  /** Shares of runs. */
  readonly runsFoundFull: number;
  readonly runsFoundVariant: number;
  readonly survivalFull: readonly SurvivalPoint[];
  readonly survivalVariant: readonly SurvivalPoint[];
  /** By slug. */
  readonly effects: readonly Effect[];
  /** Of the effects' probabilities. */
  readonly meanEffect: number;
}

/** How a fault fares when something is taken away. */
export interface Effect {
  readonly fault: string;
  /** A12: probability that a run with everything finds it in less CPU time, ties by half. */
  readonly sooner: number;
  readonly magnitude: Magnitude;
}

export interface Summary {
  readonly runs: number;
  readonly budgetSeconds: number;
  readonly commits: readonly string[];
  readonly nodes: readonly string[];
  readonly machines: readonly string[];
  readonly rows: readonly FaultRow[];
  /** Of all runs with everything, controls left out. */
  readonly survival: readonly SurvivalPoint[];
  readonly comparisons: readonly Comparison[];
  readonly totals: Totals;
  /** Findings that are there without the fault as well, and runs that broke down. */
  readonly unrelated: readonly RunRecord[];
  readonly failed: readonly RunRecord[];
}

export interface Totals {
  /** With runs with everything, controls left out: of so many, with so many runs each at least and at most. */
  readonly faults: number;
  readonly planted: number;
  readonly fewestRuns: number;
  readonly mostRuns: number;
  /** Whose median is within the budget, and within half of it. */
  readonly found: number;
  readonly foundInHalf: number;
  /** Slugs of controls, and of those that were reported. */
  readonly controls: readonly string[];
  readonly falseAlarms: readonly string[];
  /** Findings, those that were shrunk to the end, and the median size of these. */
  readonly findings: number;
  readonly shrunk: number;
  readonly instructions: Estimate | undefined;
  /** Faults of barriers and ownership that were found, and those of which most explanations name where the fault lies. */
  readonly explainable: number;
  readonly explained: number;
}

const MAJORITY = 0.5;

export function summarise(all: readonly RunRecord[], faults: readonly FaultFacts[]): Summary {
  const runs = withoutRepetitions(all);
  const conclusive = runs.filter(({ outcome }) => outcome === 'found' || outcome === 'missed');
  const full = conclusive.filter(({ variant }) => variant === 'full');
  const rows = faults.map((fault) => rowOf(fault, full.filter((run) => run.fault === fault.slug)));
  const real = faults.filter(({ caughtBy }) => caughtBy.length > 0).map(({ slug }) => slug);
  const ofReal = conclusive.filter((run) => real.includes(run.fault));
  return {
    runs: runs.length,
    budgetSeconds: Math.max(0, ...full.map(({ budget }) => budget.cpuSeconds)),
    commits: distinct(runs.map(({ versions }) => versions.commit)),
    nodes: distinct(runs.map(({ versions }) => versions.node)),
    machines: distinct(runs.map(({ versions }) => versions.machine)),
    rows: rows.toSorted((a, b) => orderOf(a) - orderOf(b) || (a.slug < b.slug ? -1 : 1)),
    survival: kaplanMeier(ofReal.filter(({ variant }) => variant === 'full').map(durationOf)),
    comparisons: VARIANTS.flatMap((variant) => comparisonWith(variant, ofReal)),
    totals: totalsOf(rows, full),
    unrelated: runs.filter(({ outcome }) => outcome === 'unrelated'),
    failed: runs.filter(({ outcome }) => outcome === 'failed'),
  };
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].toSorted();
}

// --- Faults ------------------------------------------------------------------------------------------------

/** The quickest first, those without runs last. */
function orderOf({ full }: FaultRow): number {
  if (full === undefined) return Number.MAX_VALUE;
  return full.cpuSeconds.median ?? Number.MAX_VALUE / 2;
}

function rowOf(fault: FaultFacts, runs: readonly RunRecord[]): FaultRow {
  const findings = runs.flatMap(({ outcome, finding }) => (outcome === 'found' && finding !== null ? [finding] : []));
  const oracles = [...Map.groupBy(findings, ({ oracle }) => oracle)].map(([oracle, of]) => [oracle, of.length] as const);
  return {
    ...fault,
    full: runs.length === 0 ? undefined : cellOf(runs),
    oracles: oracles.toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)),
    instructions: estimateOfShrunk(findings),
    explained: findings.filter(({ guilty }) => guilty !== null && fault.guilty.includes(guilty)).length,
  };
}

/** Those that were given up in between are as large as the machine was slow. */
function estimateOfShrunk(findings: readonly Found[]): Estimate | undefined {
  const sizes = findings.flatMap(({ complete, instructions }) => (complete ? [instructions] : []));
  return sizes.length === 0 ? undefined : estimate(sizes);
}

function cellOf(runs: readonly RunRecord[]): Cell {
  const durations = runs.map(durationOf);
  return {
    runs: runs.length,
    found: durations.filter(({ observed }) => observed).length,
    cpuSeconds: estimate(timesOf(durations)),
    cases: estimate(runs.map(({ outcome, cases }) => (outcome === 'found' ? cases : Infinity))),
    durations: durations.toSorted((a, b) => a.time - b.time),
  };
}

/** Until the finding; one that spends its budget in cases before that in time is censored when it ends. */
function durationOf({ outcome, cpuSeconds, budget }: RunRecord): Duration {
  return { time: Math.min(cpuSeconds, budget.cpuSeconds), observed: outcome === 'found' };
}
/** Censored ones last. */
function timesOf(durations: readonly Duration[]): readonly number[] {
  return durations.map(({ time, observed }) => (observed ? time : Infinity));
}

/** @param values at least one; Infinity is censored */
function estimate(values: readonly number[]): Estimate {
  const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const { low, high, coverage }: MedianInterval = medianInterval(values);
  return { median: known(median(values)), low: known(low), high: known(high), coverage };
}

// --- Totals ------------------------------------------------------------------------------------------------

function totalsOf(rows: readonly FaultRow[], full: readonly RunRecord[]): Totals {
  const ran = rows.filter((row) => row.full !== undefined);
  const faults = ran.filter(({ caughtBy }) => caughtBy.length > 0);
  const controls = ran.filter(({ caughtBy }) => caughtBy.length === 0);
  const medianWithin = (seconds: number) => faults.filter((row) => (row.full!.cpuSeconds.median ?? Infinity) <= seconds).length;
  const budget = Math.max(0, ...full.map((run) => run.budget.cpuSeconds));
  const explainable = faults.filter((row) => isAboutCounts(row.class) && row.full!.found > 0);
  const findings = full.flatMap(({ outcome, finding }) => (outcome === 'found' && finding !== null ? [finding] : []));
  const runsOfEach = faults.map((row) => row.full!.runs);
  return {
    faults: faults.length,
    planted: rows.filter(({ caughtBy }) => caughtBy.length > 0).length,
    fewestRuns: runsOfEach.length === 0 ? 0 : Math.min(...runsOfEach),
    mostRuns: Math.max(0, ...runsOfEach),
    found: medianWithin(budget),
    foundInHalf: medianWithin(budget / 2),
    controls: controls.map(({ slug }) => slug),
    falseAlarms: controls.filter((row) => row.full!.found > 0).map(({ slug }) => slug),
    findings: findings.length,
    shrunk: findings.filter(({ complete }) => complete).length,
    instructions: estimateOfShrunk(findings),
    explainable: explainable.length,
    explained: explainable.filter((row) => row.explained / row.full!.found >= MAJORITY).length,
  };
}

function isAboutCounts(of: FaultClass): boolean {
  return of === 'barrier' || of === 'ownership at host boundary';
}

// --- Comparisons -------------------------------------------------------------------------------------------

/** @param runs of all variants; the faults that count are those with runs on both sides */
function comparisonWith({ name, title, kind }: Variant, runs: readonly RunRecord[]): readonly Comparison[] {
  const byFault = (variant: VariantName) => Map.groupBy(runs.filter((run) => run.variant === variant), ({ fault }) => fault);
  const [full, without] = [byFault('full'), byFault(name)];
  const faults = [...without.keys()].filter((fault) => full.has(fault)).toSorted();
  if (kind === 'full' || faults.length === 0) return [];
  const budgetSeconds = Math.min(...faults.flatMap((fault) => without.get(fault)!.map(({ budget }) => budget.cpuSeconds)));
  const cut = (of: ReadonlyMap<string, readonly RunRecord[]>, fault: string) => censoredAt(budgetSeconds, of.get(fault)!.map(durationOf));
  const pairs = faults.map((fault) => ({ fault, ours: cut(full, fault), theirs: cut(without, fault) }));
  const effects = pairs.map(({ fault, ours, theirs }): Effect => {
    const sooner = a12(timesOf(theirs), timesOf(ours));
    return { fault, sooner, magnitude: magnitudeOf(sooner) };
  });
  const ours = pairs.flatMap((pair) => pair.ours);
  const theirs = pairs.flatMap((pair) => pair.theirs);
  return [
    {
      variant: name,
      title,
      kind,
      budgetSeconds,
      faults: faults.length,
      foundFull: pairs.filter((pair) => shareFound(pair.ours) >= MAJORITY).length,
      foundVariant: pairs.filter((pair) => shareFound(pair.theirs) >= MAJORITY).length,
      runsFoundFull: shareFound(ours),
      runsFoundVariant: shareFound(theirs),
      survivalFull: kaplanMeier(ours),
      survivalVariant: kaplanMeier(theirs),
      effects,
      meanEffect: effects.reduce((sum, { sooner }) => sum + sooner, 0) / effects.length,
    },
  ];
}

function shareFound(durations: readonly Duration[]): number {
  return durations.filter(({ observed }) => observed).length / durations.length;
}
