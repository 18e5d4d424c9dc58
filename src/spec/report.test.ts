import { describe, expect, it } from 'vitest';
import { DEFAULT_OPTIONS } from '#runtime/options.ts';
import { reportLines } from './report-text.ts';
import { reportOf } from './report.ts';
import type { CommandResult, Setting } from './run-script.ts';
import type { ScriptRun } from './suite.ts';

const settings: readonly Setting[] = [
  { name: 'null', collector: 'null', options: DEFAULT_OPTIONS },
  { name: 'drc', collector: 'drc', options: DEFAULT_OPTIONS },
];

function passed(observed: string): CommandResult {
  return { verdict: 'passed', observed };
}
function failed(observed: string): CommandResult {
  return { verdict: 'failed', expected: 'i32 1', observed };
}
function excluded(reason: string): CommandResult {
  return { verdict: 'excluded', reason };
}
/** A script whose commands are on lines 1, 2, ..., each with its results on the null and the drc collector. */
function script(id: string, ...results: readonly (readonly [CommandResult, CommandResult])[]): ScriptRun {
  return {
    id,
    commands: results.map((_, i) => ({ type: 'action', line: i + 1, action: { type: 'get', module: undefined, field: 'g' } })),
    runs: [
      { results: results.map((pair) => pair[0]), collections: 0 },
      { results: results.map((pair) => pair[1]), collections: 2 },
    ],
  };
}

const scripts = [
  script('gc/a.json', [passed('i32 1'), passed('i32 1')], [passed('i32 1'), failed('i32 2')], [failed('null'), failed('null')]),
  script('gc/b.json', [passed('i32 1'), passed('i32 2')], [{ verdict: 'textOnly' }, { verdict: 'textOnly' }]),
  script(
    'simd/c.json',
    [excluded('simd at offset 9'), excluded('simd at offset 9')],
    [excluded('needs the module of line 1: simd at offset 9'), excluded('needs the module of line 1: simd at offset 9')],
  ),
];

describe('reportOf', () => {
  const report = reportOf(scripts, settings);

  it('counts a command as passed when all runs pass it', () => {
    expect(report).toMatchObject({ passed: 2, failed: 2, textOnly: 1 });
    expect(report.runs).toMatchObject([
      { collector: 'null', setting: 'null', passed: 3, failed: 1, textOnly: 1 },
      { collector: 'drc', setting: 'drc', collections: 6, passed: 2, failed: 2, textOnly: 1 },
    ]);
  });

  it('lists what is excluded, by script and line', () => {
    const list = [
      { script: 'simd/c.json', line: 1, reason: 'simd at offset 9' },
      { script: 'simd/c.json', line: 2, reason: 'needs the module of line 1: simd at offset 9' },
    ];
    expect(report.excluded).toEqual(list);
    expect(report.runs[1]!.excluded).toEqual(list);
  });

  it('joins equal failures, and names the runs of each', () => {
    expect(report.failures).toEqual([
      { script: 'gc/a.json', line: 2, command: 'action', expected: 'i32 1', got: 'i32 2', runs: ['drc'] },
      { script: 'gc/a.json', line: 3, command: 'action', expected: 'i32 1', got: 'null', runs: ['null', 'drc'] },
    ]);
  });

  it('finds runs that differ, even where both pass', () => {
    expect(report.differences).toEqual([
      { script: 'gc/a.json', line: 2, command: 'action', got: { null: 'i32 1', drc: 'i32 2' } },
      { script: 'gc/b.json', line: 1, command: 'action', got: { null: 'i32 1', drc: 'i32 2' } },
    ]);
  });

  it('prints as tables', () => {
    expect(reportLines(scripts, report)).toEqual([
      'gc/a.json:2 action: expected i32 1; got i32 2 [drc]',
      'gc/a.json:3 action: expected i32 1; got null',
      'gc/a.json:2 action: the runs differ: null: i32 1; drc: i32 2',
      'gc/b.json:1 action: the runs differ: null: i32 1; drc: i32 2',
      '',
      'folder  scripts  passed  failed  excluded  text only',
      'gc            2       2       2         0          1',
      'simd          1       0       0         2          0',
      '',
      'run   passed  failed  excluded  text only  collections',
      'null       3       1         2          1            0',
      'drc        2       2         2          1            6',
      '',
      'excluded because of  commands  scripts',
      'simd                        2        1',
    ]);
  });
});
