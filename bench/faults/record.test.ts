import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunRecord } from './record.ts';
import { RecordError, parseRecords, recordLine } from './record.ts';
import { ResultsFile, readResults } from './results-file.ts';
import type { Told } from './runner.ts';
import { recordOf } from './runner.ts';
import type { Matrix, Task } from './task.ts';
import { openTasks, tasksOf, withoutRepetitions } from './task.ts';
import { VARIANTS, variantNamed } from './variants.ts';

const VERSIONS = { gctwin: '0', node: 'v0', commit: 'abc', machine: 'a machine' };
const TASK: Task = { fault: 'a', seed: 1, variant: 'full', budget: { cases: 100, cpuSeconds: 30 } };
const FOUND = { signature: 's', oracle: 'audit', operation: 'array.copy', originalInstructions: 90, instructions: 5, bytes: 40, complete: true, guilty: null } as const;
const HUNTED = { kind: 'hunted', cases: 7, cpuSeconds: 2.5, found: FOUND } as const;
const NOTHING = { ...HUNTED, found: null } as const;

const recordWith = (told: Partial<Told>, task = TASK): RunRecord => recordOf(task, { end: 'exit status 0', ...told }, VERSIONS);
const missed = (task: Task): RunRecord => recordWith({ hunted: NOTHING }, task);

describe('a record', () => {
  it('is of a finding once it is judged, whether or not it was explained', () => {
    const judged = { kind: 'judged', unrelated: null } as const;
    expect(recordWith({ hunted: HUNTED, judged })).toMatchObject({ outcome: 'found', cases: 7, finding: FOUND, reason: '' });
    expect(recordWith({ hunted: HUNTED, judged, explained: { kind: 'explained', guilty: 'array.copy' } }).finding).toEqual({ ...FOUND, guilty: 'array.copy' });
  });

  it('tells apart what was missed, what is there without the fault, and what broke down', () => {
    expect(recordWith({ hunted: NOTHING })).toMatchObject({ outcome: 'missed', finding: null });
    expect(recordWith({ hunted: HUNTED, judged: { kind: 'judged', unrelated: 'why' } })).toMatchObject({ outcome: 'unrelated', reason: 'why' });
    expect(recordWith({ hunted: HUNTED, end: 'SIGKILL' })).toMatchObject({ outcome: 'unrelated', reason: expect.stringContaining('SIGKILL') });
    expect(recordWith({ end: 'exit status 3 oh' })).toMatchObject({ outcome: 'failed', reason: 'exit status 3 oh' });
  });

  it('comes back from its line', () => {
    const runs = [missed(TASK), recordWith({ hunted: HUNTED, judged: { kind: 'judged', unrelated: null } }), recordWith({})];
    const again = parseRecords(runs.map(recordLine).join(''));
    expect(again).toEqual(runs);
    expect(again.map(recordLine)).toEqual(runs.map(recordLine));
  });

  it('is refused with line and place when it is something else', () => {
    const line = recordLine(missed(TASK));
    expect(() => parseRecords(`${line}${line.replace('missed', 'lost')}`)).toThrow(/^line 2: outcome is not one of found, missed/);
    expect(() => parseRecords('{}\n')).toThrow(RecordError);
    expect(() => parseRecords(line.replace('"seed":1', '"seed":1,"more":2'))).toThrow(/^line 1: more is not one of/);
  });
});

describe('a file of results', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gctwin-results-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const other: Task = { ...TASK, seed: 2 };

  it('keeps each run as it ends', () => {
    const path = join(folder, 'new', 'results.jsonl');
    const runs = [missed(TASK), missed(other)];
    const file = ResultsFile.open(path);
    for (const run of runs) file.add(run);
    expect(readResults(path)).toEqual(runs);
    expect(ResultsFile.open(path).runs).toEqual(runs);
  });

  it('loses the line that was being written when its writer was killed, and no other', () => {
    const path = join(folder, 'results.jsonl');
    const [first, second] = [missed(TASK), missed(other)];
    ResultsFile.open(path).add(first);
    appendFileSync(path, recordLine(second).slice(0, -20));
    const file = ResultsFile.open(path);
    expect(file.runs).toEqual([first]);
    file.add(second);
    expect(readResults(path)).toEqual([first, second]);
  });

  it('takes over what it has not', () => {
    const runs = [missed(TASK), missed(other)];
    const file = ResultsFile.open(join(folder, 'results.jsonl'));
    file.add(runs[0]!);
    expect([file.merge(runs), file.merge(runs)]).toEqual([1, 0]);
    expect(readResults(file.path)).toEqual(runs);
  });

  it('is refused when it holds something else, and stays as it is', () => {
    const path = join(folder, 'results.jsonl');
    writeFileSync(path, 'hello\n');
    expect(() => ResultsFile.open(path)).toThrow(/^line 1: /);
    expect(readFileSync(path, 'utf8')).toBe('hello\n');
  });
});

describe('what is to be run', () => {
  const budget = { cases: 100, cpuSeconds: 120 };
  const matrix: Matrix = { faults: ['a', 'b'], variants: VARIANTS, seeds: 10, budget, ablationSeeds: 3, ablationBudget: { cases: 100, cpuSeconds: 30 } };
  const tasks = tasksOf(matrix);

  it('is everything with all seeds, the rest with some, ablations with less time', () => {
    const count = (variant: string): number => tasks.filter((task) => task.variant === variant).length;
    expect(VARIANTS.map(({ name }) => count(name))).toEqual([20, 6, 6, 6, 6, 6, 6, 6, 6]);
    const secondsOf = new Map(tasks.map((task) => [variantNamed(task.variant).kind, task.budget.cpuSeconds]));
    expect([...secondsOf]).toEqual([['full', 120], ['ablation', 30], ['baseline', 120]]);
  });

  it('gives every fault one run before any gets two', () => {
    expect(tasks.slice(0, 4).map(({ fault, seed }) => [fault, seed])).toEqual([['a', 1], ['b', 1], ['a', 2], ['b', 2]]);
  });

  it('is not run again, unless it failed or had less time', () => {
    const [first, second, third, fourth] = tasks as [Task, Task, Task, Task];
    const found = recordWith({ hunted: HUNTED, judged: { kind: 'judged', unrelated: null } }, { ...third, budget: { cases: 1, cpuSeconds: 1 } });
    const done = [missed(first), missed({ ...second, budget: { cases: 100, cpuSeconds: 30 } }), found, recordWith({}, fourth)];
    expect(openTasks(tasks.slice(0, 4), done)).toEqual([second, fourth]);
  });

  it('counts once when it was run twice: the longer, and not the failed', () => {
    const longer = missed({ ...TASK, budget: { cases: 100, cpuSeconds: 60 } });
    expect(withoutRepetitions([longer, missed(TASK), recordWith({})])).toEqual([longer]);
    expect(withoutRepetitions([recordWith({}), missed(TASK)])).toEqual([missed(TASK)].map((run) => ({ ...run, ended: expect.any(String) })));
  });
});
