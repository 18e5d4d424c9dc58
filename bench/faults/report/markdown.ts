/** The report as a page of documentation. */
import type { Comparison, Estimate, FaultRow, Summary } from './summary.ts';

const HALVES = 2;

/** @param command that makes the page again */
export function reportMarkdown(summary: Summary, command: string): string {
  return `${[
    '# Kill matrix',
    '',
    `Made by \`${command}\`; do not edit. The plots are in [kill-matrix.html](kill-matrix.html), all numbers in [kill-matrix.json](kill-matrix.json).`,
    'How it is measured is told in [measuring.md](measuring.md).',
    '',
    ...overview(summary),
    '',
    '## Faults',
    '',
    'With everything on, sorted by CPU seconds until the finding: median and 95 % interval by order statistics. Where runs are too few for',
    'that, the interval goes from the least to the greatest and its coverage is given.',
    '',
    ...faultTable(summary),
    '',
    ...(summary.comparisons.length === 0 ? [] : ['## What each part is worth', '', ...comparisonText(summary.comparisons), '']),
    ...notes(summary),
  ].join('\n').trimEnd()}\n`;
}

// --- Numbers -----------------------------------------------------------------------------------------------

export function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
function figure(value: number): string {
  return value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1);
}

/** `3.2 (2.1–9.0)`. @param limit what censored values are beyond; none where that cannot be said in a number */
export function estimateText({ median, low, high, coverage }: Estimate, limit?: number): string {
  const known = (value: number | null): string => (value !== null ? figure(value) : limit === undefined ? 'unknown' : `>${figure(limit)}`);
  // Of one run.
  if (coverage === 0) return known(median);
  const share = coverage >= 0.95 ? '' : `, ${percent(coverage)}`;
  return `${known(median)} (${known(low)}–${known(high)}${share})`;
}

// --- Parts -------------------------------------------------------------------------------------------------

function overview({ runs, budgetSeconds, commits, nodes, machines, totals }: Summary): readonly string[] {
  const { faults, planted, fewestRuns, mostRuns, found, foundInHalf, controls, falseAlarms, findings, shrunk, instructions, explainable, explained } = totals;
  const share = (part: number, whole: number): string => (whole === 0 ? 'none' : `${part} of ${whole} (${percent(part / whole)})`);
  return [
    '| | |',
    '|---|---|',
    `| runs | ${runs}, commit ${commits.join(', ') || 'unknown'}, Node ${nodes.join(', ')}, on ${machines.join(', ')} |`,
    `| faults that were hunted with everything on | ${share(faults, planted)}, ${runsEach(fewestRuns, mostRuns)} |`,
    `| found within ${budgetSeconds} CPU seconds in the median | ${share(found, faults)} |`,
    `| within ${budgetSeconds / HALVES} | ${share(foundInHalf, faults)} |`,
    `| instructions of findings | ${instructions === undefined ? '' : `${estimateText(instructions)}, of `}the ${shrunk} of ${findings} that were shrunk to the end |`,
    `| faults of barriers and ownership that explanations lay at the right door | ${share(explained, explainable)} |`,
    `| controls, which must not be reported | ${controls.length === 0 ? 'none were run' : `${controls.join(', ')}: ${falseAlarms.length === 0 ? 'not reported' : `REPORTED: ${falseAlarms.join(', ')}`}`} |`,
  ];
}

export function runsEach(fewest: number, most: number): string {
  if (most === 1) return 'one run each';
  return fewest === most ? `${most} runs each` : `${fewest} to ${most} runs each`;
}

function faultTable({ rows, budgetSeconds }: Summary): readonly string[] {
  return [
    '| fault | class | found | CPU seconds | cases | first to speak | instructions | explained |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.flatMap((row) => (row.full === undefined ? [] : [faultLine(row, row.full, budgetSeconds)])),
  ];
}
function faultLine({ slug, class: of, oracles, instructions, explained, caughtBy }: FaultRow, { runs, found, cpuSeconds, cases }: NonNullable<FaultRow['full']>, budget: number): string {
  const columns = [
    `\`${slug}\`${caughtBy.length === 0 ? ' (control)' : ''}`,
    of,
    `${found}/${runs}`,
    estimateText(cpuSeconds, budget),
    found === 0 ? '' : estimateText(cases),
    oracles.map(([oracle, times]) => `${oracle} ${times}`).join(', '),
    instructions === undefined ? '' : estimateText(instructions),
    found === 0 ? '' : `${explained}/${found}`,
  ];
  return `| ${columns.join(' | ')} |`;
}

function comparisonText(comparisons: readonly Comparison[]): readonly string[] {
  return [
    'Runs with everything, cut to the budget of the others, against runs without one thing, and against modules of `wasm-opt -ttf`. A fault counts as',
    'found when half of its runs find it. A12 is the probability that a run with everything finds a fault in less CPU time (0.5: no',
    'difference; from 0.56 small, 0.64 medium, 0.71 large): its mean over the faults, and numbers of faults for which it is large either way.',
    '',
    '| without | CPU seconds | faults found | runs found | A12 | better with | better without | hurt most |',
    '|---|---|---|---|---|---|---|---|',
    ...comparisons.map(comparisonLine),
  ];
}
function comparisonLine({ title, kind, budgetSeconds, faults, foundFull, foundVariant, runsFoundFull, runsFoundVariant, effects, meanEffect }: Comparison): string {
  const large = effects.filter(({ magnitude }) => magnitude === 'large');
  const worst = large.filter(({ sooner }) => sooner > 0.5).toSorted((a, b) => b.sooner - a.sooner || (a.fault < b.fault ? -1 : 1));
  const columns = [
    kind === 'baseline' ? `everything of ours, but ${title}` : title,
    figure(budgetSeconds),
    `${foundVariant} instead of ${foundFull} of ${faults}`,
    `${percent(runsFoundVariant)} instead of ${percent(runsFoundFull)}`,
    meanEffect.toFixed(2),
    String(worst.length),
    String(large.length - worst.length),
    worst.slice(0, 3).map(({ fault, sooner }) => `\`${fault}\` ${sooner.toFixed(2)}`).join(', '),
  ];
  return `| ${columns.join(' | ')} |`;
}

function notes({ unrelated, failed, rows }: Summary): readonly string[] {
  const missed = rows.filter(({ full, caughtBy }) => full !== undefined && full.cpuSeconds.median === null && caughtBy.length > 0);
  const missing = rows.filter(({ full }) => full === undefined).map(({ slug }) => `\`${slug}\``);
  return [
    '## Notes',
    '',
    missed.length === 0 ? '- No fault is beyond the budget in the median.' : `- Beyond the budget in the median: ${missed.map(({ slug }) => `\`${slug}\``).join(', ')}.`,
    unrelated.length === 0
      ? '- No finding was there without its fault.'
      : `- Findings that are there without the fault, and do not count: ${unrelated.map(({ fault, variant, seed, reason }) => `\`${fault}\` (${variant}, seed ${seed}: ${reason})`).join('; ')}.`,
    ...(failed.length === 0 ? [] : [`- Runs that broke down, to be run again: ${failed.map(({ fault, variant, seed }) => `\`${fault}\` (${variant}, seed ${seed})`).join('; ')}.`]),
    ...(missing.length === 0 ? [] : [`- Not run, or interrupted, which happens to slow runs more often than to quick ones, and leaves nothing behind: ${missing.join(', ')}.`]),
  ];
}
