/** The report as one HTML page that needs nothing else. */
import type { Comparison, Summary } from './summary.ts';
import { estimateText, percent, runsEach } from './markdown.ts';
import { comparisonPlot, faultsPlot, overallPlot } from './plots.ts';
import { escaped } from './svg.ts';

const STYLE = `
  :root { color-scheme: light dark; --line: #8884; }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 1000px; margin: 2rem auto; padding: 0 1rem; }
  h1, h2 { line-height: 1.2; }
  .plots { display: flex; flex-wrap: wrap; gap: 1rem; }
  .wide { overflow-x: auto; }
  table { border-collapse: collapse; font-size: 13px; }
  th, td { border-bottom: 1px solid var(--line); padding: 3px 8px; text-align: left; white-space: nowrap; }
  td.number { text-align: right; font-variant-numeric: tabular-nums; }
`;

export function reportHtml(summary: Summary): string {
  const { comparisons, totals, runs, budgetSeconds, commits } = summary;
  const body = [
    '<h1>Kill matrix</h1>',
    `<p>${runs} runs of commit ${escaped(commits.join(', '))}. ${totals.faults} of ${totals.planted} faults were hunted with everything on, ${runsEach(totals.fewestRuns, totals.mostRuns)}; ${totals.found} of these were found within ${budgetSeconds} CPU seconds in the median.`,
    totals.instructions === undefined ? '</p>' : `The ${totals.shrunk} of ${totals.findings} findings that were shrunk to the end have ${escaped(estimateText(totals.instructions))} instructions.</p>`,
    `<div class="plots">${overallPlot(summary)}</div>`,
    '<h2>Faults</h2>',
    `<div class="wide">${faultsPlot(summary)}</div>`,
    ...(comparisons.length === 0 ? [] : ['<h2>What each part is worth</h2>', `<div class="plots">${comparisons.map(comparisonPlot).join('\n')}</div>`, effectsTable(comparisons)]),
  ];
  return `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>Kill matrix</title>\n<style>${STYLE}</style>\n<body>\n${body.join('\n')}\n</body>\n</html>\n`;
}

/** A12 of each fault and comparison, shaded by how far it is from no difference. */
function effectsTable(comparisons: readonly Comparison[]): string {
  const faults = [...new Set(comparisons.flatMap(({ effects }) => effects.map(({ fault }) => fault)))].toSorted();
  const head = comparisons.map(({ variant, meanEffect }) => `<th>${escaped(variant)}<br>${meanEffect.toFixed(2)}</th>`).join('');
  const rows = faults.map((fault) => {
    const cells = comparisons.map(({ effects }) => effectCell(effects.find((effect) => effect.fault === fault)?.sooner));
    return `<tr><td>${escaped(fault)}</td>${cells.join('')}</tr>`;
  });
  return [
    '<p>Probability that a run with everything finds the fault sooner (A12), its mean first. Orange: what is missing was a help; blue: a hindrance.</p>',
    `<div class="wide"><table><tr><th>fault</th>${head}</tr>`,
    ...rows,
    '</table></div>',
  ].join('\n');
}
function effectCell(sooner: number | undefined): string {
  if (sooner === undefined) return '<td></td>';
  const colour = sooner > 0.5 ? '217, 119, 6' : '37, 99, 235';
  const strength = (1.6 * Math.abs(sooner - 0.5)).toFixed(2);
  return `<td class="number" style="background: rgba(${colour}, ${strength})" title="${percent(sooner)}">${sooner.toFixed(2)}</td>`;
}
