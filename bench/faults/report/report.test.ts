import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readResults } from '../results-file.ts';
import { reportHtml } from './html.ts';
import { reportMarkdown } from './markdown.ts';
import type { FaultFacts } from './summary.ts';
import { summarise } from './summary.ts';

const path = (name: string): string => fileURLToPath(new URL(`fixture/${name}`, import.meta.url));

const FAULTS: readonly FaultFacts[] = [
  { slug: 'doubtful', class: 'type', guilty: [], caughtBy: ['v8'] },
  { slug: 'masked', class: 'ordering', guilty: [], caughtBy: [] },
  { slug: 'quick', class: 'barrier', guilty: ['struct.set', 'array.set'], caughtBy: ['audit'] },
  { slug: 'slow', class: 'ordering', guilty: ['array.fill'], caughtBy: ['v8'] },
  { slug: 'untried', class: 'leak', guilty: [], caughtBy: ['leakCheck'] },
];
const runs = readResults(path('results.jsonl'));
const summary = summarise(runs, FAULTS);
const row = (slug: string) => summary.rows.find((one) => one.slug === slug)!;

describe('the summary', () => {
  it('takes the quickest first, and those without runs last', () => {
    expect(summary.rows.map(({ slug }) => slug)).toEqual(['quick', 'masked', 'slow', 'doubtful', 'untried']);
  });

  it('tells medians with intervals, open where the budget was spent', () => {
    expect(row('quick').full).toMatchObject({ runs: 6, found: 6, cpuSeconds: { median: 3.55, low: 2.25, high: 9.75 }, cases: { median: 67.5 } });
    expect(row('slow').full).toMatchObject({ runs: 6, found: 3, cpuSeconds: { median: null, low: 35, high: null } });
    expect(row('doubtful').full).toBeUndefined();
  });

  it('takes the run with the larger budget of two with the same seed', () => {
    expect(row('slow').full!.durations.filter(({ observed }) => !observed).map(({ time }) => time)).toEqual([120, 120, 120]);
  });

  it('says who spoke first, and how many explanations name where the fault lies', () => {
    expect(row('quick')).toMatchObject({ oracles: [['audit', 4], ['assertion', 1], ['poison', 1]], explained: 4, instructions: { median: 6.5 } });
    expect(summary.totals).toMatchObject({ faults: 2, planted: 4, fewestRuns: 6, mostRuns: 6, found: 1, foundInHalf: 1, findings: 9, shrunk: 9, explainable: 1, explained: 1, controls: ['masked'], falseAlarms: [] });
  });

  it('tells sizes of what was shrunk to the end only', () => {
    const hasty = runs.map((run) => (run.fault === 'slow' && run.finding !== null ? { ...run, finding: { ...run.finding, complete: false, instructions: 999 } } : run));
    const { rows, totals } = summarise(hasty, FAULTS);
    expect(rows.find(({ slug }) => slug === 'slow')!.instructions).toBeUndefined();
    expect(totals).toMatchObject({ findings: 9, shrunk: 6, instructions: { median: 6.5 } });
  });

  it('counts neither findings that are there without the fault nor runs that broke down', () => {
    expect([summary.unrelated, summary.failed].map((of) => of.map(({ fault, seed }) => [fault, seed]))).toEqual([[['doubtful', 1]], [['doubtful', 2]]]);
  });

  it('compares within the smaller budget, those beyond it being ties', () => {
    const [audit, baseline] = summary.comparisons;
    expect(audit).toMatchObject({ variant: 'no-audit', budgetSeconds: 30, faults: 2, foundFull: 1, foundVariant: 1, runsFoundFull: 0.5, meanEffect: 0.75 });
    expect(audit!.effects).toEqual([
      { fault: 'quick', sooner: 1, magnitude: 'large' },
      { fault: 'slow', sooner: 0.5, magnitude: 'none' },
    ]);
    expect(baseline).toMatchObject({ variant: 'wasm-opt', budgetSeconds: 120, faults: 1, foundVariant: 0, meanEffect: 1 });
  });

  it('reports an alarm about a control', () => {
    const alarm = runs.map((run) => (run.fault === 'quick' && run.seed === 1 && run.variant === 'full' ? { ...run, fault: 'masked', seed: 99 } : run));
    expect(summarise(alarm, FAULTS).totals.falseAlarms).toEqual(['masked']);
  });

  it('of nothing is empty', () => {
    expect(summarise([], FAULTS)).toMatchObject({ runs: 0, survival: [], comparisons: [], totals: { faults: 0, found: 0 } });
  });
});

describe('the report', () => {
  it('is this page', async () => {
    await expect(reportMarkdown(summary, 'npm run bench -- faults')).toMatchFileSnapshot(path('expected.md'));
  });

  it('has plots that need nothing else, one of all faults, one of all runs and one for each comparison', () => {
    const html = reportHtml(summary);
    expect(html.match(/<svg /g)).toHaveLength(2 + summary.comparisons.length);
    expect(html).not.toMatch(/NaN|undefined|Infinity|(src|href)=/);
    expect(html).toContain('quick: found after 2.5 s');
    expect(html).toContain('slow: not found in 120.0 s');
  });

  it('can be made of nothing', () => {
    const nothing = summarise([], []);
    expect(reportMarkdown(nothing, 'a command')).toContain('No fault is beyond the budget');
    expect(reportHtml(nothing)).not.toMatch(/NaN|undefined|Infinity/);
  });
});
