/** What cases reach, in words and as JSON. */
import type { Measurement, Shares } from '#fuzz/feedback/reach-meter.ts';
import { totalShares } from '#fuzz/feedback/reach-meter.ts';
import type { Reached } from '#fuzz/feedback/reach.ts';
import { SECTIONS, missingFrom } from '#fuzz/feedback/reach.ts';

const COUNT_WIDTH = 12;
const SHARE_WIDTH = 15;

function percent(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} %`;
}

function reachedLines(reached: Readonly<Record<string, Reached>>): readonly string[] {
  const width = Math.max(...Object.keys(reached).map(({ length }) => length));
  const line = (name: string, count: string, cases: string): string => `  ${name.padEnd(width)}${count.padStart(COUNT_WIDTH)}${cases.padStart(COUNT_WIDTH)}`;
  return [line('', 'times', 'cases'), ...Object.entries(reached).map(([name, { count, cases }]) => line(name, String(count), String(cases)))];
}

function shareLine(name: string, width: number, { cases, valid, withinLimits, withoutTrap, selfCopying }: Shares): string {
  const shares = [valid, withinLimits, withoutTrap, selfCopying].map((part) => percent(part, cases));
  return `  ${name.padEnd(width)}${[String(cases), ...shares].map((cell) => cell.padStart(SHARE_WIDTH)).join('')}`;
}

function shareLines(measurement: Measurement): readonly string[] {
  const profiles = Object.entries(measurement.shares).sort(([, a], [, b]) => b.cases - a.cases);
  const rows = profiles.length === 1 ? profiles : [...profiles, ['all', totalShares(measurement)] as const];
  const width = Math.max(...rows.map(([{ length }]) => length));
  const heads = ['cases', 'valid', 'within limits', 'without trap', 'self-copying'].map((head) => head.padStart(SHARE_WIDTH)).join('');
  return [`  ${' '.repeat(width)}${heads}`, ...rows.map(([name, shares]) => shareLine(name, width, shares))];
}

export function reachLines(measurement: Measurement): readonly string[] {
  const missing = missingFrom(measurement.reach);
  return [
    ...SECTIONS.flatMap((section) => [section, ...reachedLines(measurement.reach[section]), '']),
    'shares',
    ...shareLines(measurement),
    '',
    missing.length === 0 ? 'nothing is at zero' : `${missing.length} at zero: ${missing.join(', ')}`,
  ];
}

export function reachJson(measurement: Measurement): object {
  return { ...measurement, total: totalShares(measurement), missing: missingFrom(measurement.reach) };
}
