/**
 * The report's plots, as SVG. Bands of survival curves count each run as one observation, whichever fault it is about: they say how sure the curve
 * is for these faults, not for others.
 */
import type { SurvivalPoint } from '../../statistics/survival.ts';
import type { Comparison, FaultRow, Summary } from './summary.ts';
import type { Point } from './svg.ts';
import { OURS, THEIRS, area, dot, drawing, label, line, polyline } from './svg.ts';

// --- Survival ----------------------------------------------------------------------------------------------

export interface Curve {
  readonly name: string;
  readonly points: readonly SurvivalPoint[];
  readonly colour: string;
}

const PLOT = { left: 54, top: 30, width: 330, height: 170, foot: 58 } as const;

/** Shares of runs that have not found their fault yet, over CPU seconds up to `limit`. */
export function survivalPlot(title: string, curves: readonly Curve[], limit: number): string {
  const { left, top, width, height, foot } = PLOT;
  const x = (time: number): number => left + (width * Math.min(time, limit)) / limit;
  const y = (share: number): number => top + height * (1 - share);
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    line([left, y(share)], [left + width, y(share)], { opacity: share === 0 ? 0.6 : 0.12 }),
    label([left - 8, y(share) + 4], `${100 * share} %`, { anchor: 'end', opacity: 0.7 }),
  ]);
  const ticks = ticksUpTo(limit).map((time) => label([x(time), top + height + 18], String(time), { anchor: 'middle', opacity: 0.7 }));
  const bands = curves.map(({ points, colour }) => area([...steps(points, 'high', x, y, limit), ...steps(points, 'low', x, y, limit).toReversed()], colour));
  const lines = curves.map(({ points, colour }) => polyline(steps(points, 'survival', x, y, limit), colour));
  const legend = curves.flatMap(({ name, colour }, i) => [
    line([left + i * (width / 2), top + height + 46], [left + i * (width / 2) + 18, top + height + 46], { stroke: colour, width: 3 }),
    label([left + i * (width / 2) + 24, top + height + 50], name),
  ]);
  return drawing(left + width + 24, top + height + foot, title, [
    label([left, 16], title, { bold: true }),
    ...grid,
    ...ticks,
    label([left + width, top + height + 32], 'CPU seconds', { anchor: 'end', opacity: 0.7 }),
    ...bands,
    ...lines,
    ...legend,
  ]);
}

/** The corners of a staircase from the left edge to the right one. */
function steps(points: readonly SurvivalPoint[], of: 'survival' | 'low' | 'high', x: (time: number) => number, y: (share: number) => number, limit: number): readonly Point[] {
  let share = 1;
  const corners = points.flatMap((point): Point[] => {
    const before: Point = [x(point.time), y(share)];
    share = point[of];
    return [before, [x(point.time), y(share)]];
  });
  return [[x(0), y(1)], ...corners, [x(limit), y(share)]];
}

function ticksUpTo(limit: number): readonly number[] {
  const step = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600].find((one) => limit / one <= 6) ?? limit;
  return Array.from({ length: Math.floor(limit / step) + 1 }, (_, i) => i * step);
}

export function overallPlot({ survival, budgetSeconds }: Summary): string {
  return survivalPlot('Runs that have not found their fault yet', [{ name: 'everything', points: survival, colour: OURS }], Math.max(1, budgetSeconds));
}

export function comparisonPlot({ title, kind, budgetSeconds, survivalFull, survivalVariant }: Comparison): string {
  const name = kind === 'baseline' ? 'theirs' : 'without';
  const curves = [
    { name: kind === 'baseline' ? 'ours' : 'with', points: survivalFull, colour: OURS },
    { name, points: survivalVariant, colour: THEIRS },
  ];
  return survivalPlot(kind === 'baseline' ? `Against ${title}` : `Without ${title}`, curves, budgetSeconds);
}

// --- Faults ------------------------------------------------------------------------------------------------

const STRIP = { left: 330, top: 26, row: 20, width: 460, right: 60 } as const;
/** Left edge of the logarithmic scale: a process has hardly started by then. */
const MIN_SECONDS = 0.5;

/** Each run of each fault by its CPU seconds, the quickest fault first; hollow where the budget was spent. */
export function faultsPlot({ rows, budgetSeconds }: Summary): string {
  const shown = rows.filter((row) => row.full !== undefined);
  const { left, top, row: rowHeight, width, right } = STRIP;
  const bottom = top + shown.length * rowHeight;
  const x = (seconds: number): number => left + (width * Math.log(Math.max(seconds, MIN_SECONDS) / MIN_SECONDS)) / Math.log(Math.max(budgetSeconds, 2 * MIN_SECONDS) / MIN_SECONDS);
  const marks = [1, 2, 5, 10, 20, 60, 120, 600, 3600].filter((seconds) => seconds <= budgetSeconds);
  const grid = marks.flatMap((seconds) => [
    line([x(seconds), top], [x(seconds), bottom], { opacity: 0.12 }),
    label([x(seconds), bottom + 16], String(seconds), { anchor: 'middle', opacity: 0.7 }),
  ]);
  const lines = shown.flatMap((fault, i) => faultMarks(fault, top + (i + 0.5) * rowHeight, x, budgetSeconds));
  return drawing(left + width + right, bottom + 40, 'CPU seconds until each fault is found', [
    label([left - 12, 14], 'fault', { anchor: 'end', bold: true }),
    label([left, 14], 'CPU seconds until it is found; bar: interval of the median', { bold: true }),
    ...grid,
    ...lines,
  ]);
}

function faultMarks({ slug, full, caughtBy }: FaultRow, y: number, x: (seconds: number) => number, budget: number): readonly string[] {
  const { durations, cpuSeconds, found, runs } = full!;
  const { median, low, high } = cpuSeconds;
  return [
    label([STRIP.left - 12, y + 4], caughtBy.length === 0 ? `${slug} (control)` : slug, { anchor: 'end' }),
    line([x(low ?? budget), y], [x(high ?? budget), y], { stroke: OURS, width: 3, opacity: 0.35 }),
    ...durations.map(({ time, observed }) => dot([x(time), y], OURS, !observed, `${slug}: ${observed ? `found after ${time.toFixed(1)} s` : `not found in ${time.toFixed(1)} s`}`)),
    ...(median === null ? [] : [line([x(median), y - 7], [x(median), y + 7], { width: 2 })]),
    label([STRIP.left + STRIP.width + 16, y + 4], `${found}/${runs}`, { opacity: 0.7 }),
  ];
}
