/** What runs of the suite amount to, for people. */
import { posix } from 'node:path';
import { worst, type Exclusion, type SuiteReport } from './report.ts';
import type { ScriptRun } from './suite.ts';

const COUNTS = ['passed', 'failed', 'excluded', 'textOnly'] as const;

/** Right-aligned columns but for the first. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
  );
}

function folderTable(scripts: readonly ScriptRun[]): readonly string[] {
  const folders = Map.groupBy(scripts, (script) => posix.dirname(script.id));
  const rows = [...folders].map(([folder, members]) => {
    const verdicts = members.flatMap((script) =>
      script.commands.map((_, i) => worst(script.runs.map((run) => run.results[i]!)).verdict),
    );
    const counts = COUNTS.map((verdict) => verdicts.filter((other) => other === verdict).length);
    return [folder, members.length, ...counts].map(String);
  });
  return table([['folder', 'scripts', 'passed', 'failed', 'excluded', 'text only'], ...rows]);
}

function runTable(report: SuiteReport): readonly string[] {
  const rows = report.runs.map((run) =>
    [run.setting, run.passed, run.failed, run.excluded.length, run.textOnly, run.collections].map(String),
  );
  return table([['run', 'passed', 'failed', 'excluded', 'text only', 'collections'], ...rows]);
}

/** The reason itself, without where in which module it was met. */
function kindOfReason({ reason }: Exclusion): string {
  return reason.replace(/^(needs the module of line \d+: )+/, '').replace(/ at offset \d+$/, '');
}

function exclusionTable(report: SuiteReport): readonly string[] {
  if (report.excluded.length === 0) return [];
  const rows = [...Map.groupBy(report.excluded, kindOfReason)].map(([reason, members]) => [
    reason,
    String(members.length),
    String(new Set(members.map((member) => member.script)).size),
  ]);
  return ['', ...table([['excluded because of', 'commands', 'scripts'], ...rows])];
}

function failureLines(report: SuiteReport): readonly string[] {
  return report.failures.map(({ script, line, command, expected, got, runs }) => {
    const where = runs.length === report.runs.length ? '' : ` [${runs.join('; ')}]`;
    return `${script}:${line} ${command}: expected ${expected}; got ${got}${where}`;
  });
}

function differenceLines(report: SuiteReport): readonly string[] {
  return report.differences.map(({ script, line, command, got }) => {
    const each = Object.entries(got).map(([run, observed]) => `${run}: ${observed}`);
    return `${script}:${line} ${command}: the runs differ: ${each.join('; ')}`;
  });
}

/** Failures first, then the tables. */
export function reportLines(scripts: readonly ScriptRun[], report: SuiteReport): readonly string[] {
  const problems = [...failureLines(report), ...differenceLines(report)];
  return [
    ...problems,
    ...(problems.length === 0 ? [] : ['']),
    ...folderTable(scripts),
    '',
    ...runTable(report),
    ...exclusionTable(report),
  ];
}
