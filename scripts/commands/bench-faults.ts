/** `gctwin bench faults`: the kill matrix. */
import { availableParallelism } from 'node:os';
import type { RunRecord } from '#bench/faults/record.ts';
import { RecordError } from '#bench/faults/record.ts';
import { ResultsFile, readResults } from '#bench/faults/results-file.ts';
import { writeReport } from '#bench/faults/report/report.ts';
import type { Summary } from '#bench/faults/report/summary.ts';
import { summarise } from '#bench/faults/report/summary.ts';
import { makeRuns } from '#bench/faults/runner.ts';
import type { Matrix, Task } from '#bench/faults/task.ts';
import { openTasks, tasksOf } from '#bench/faults/task.ts';
import { VARIANTS, VARIANT_NAMES } from '#bench/faults/variants.ts';
import { versionsNow } from '#bench/faults/versions.ts';
import { FAULTS, findFault } from '#fuzz/faults/registry.ts';
import type { Context } from '../cli/command.ts';
import { defineCommand } from '../cli/command.ts';
import { InputError, UsageError } from '../cli/errors.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { asInput, reading } from '../cli/input.ts';
import { jsonFlag, printJson } from '../cli/json.ts';
import { choice, integer, seconds, text } from '../cli/kinds.ts';
import { version } from '../cli/main.ts';
import type { Values } from '../cli/option.ts';
import { option, repeated } from '../cli/option.ts';

const MAX_SEEDS = 10_000;
const MAX_JOBS = 64;
const MAX_CASES = 2 ** 31 - 1;
const DEFAULT = { seeds: 10, budget: 120, cases: 1_000_000, ablationSeeds: 3, ablationBudget: 30, shrinkTime: 60 } as const;
const COMMAND = 'npm run bench -- faults';

const faultsOptions = {
  seeds: option(integer(1, MAX_SEEDS), 'runs of each fault with everything, with seeds from 1 on', DEFAULT.seeds),
  budget: option(seconds, 'CPU seconds of all processes after which a run gives up', DEFAULT.budget),
  cases: option(integer(1, MAX_CASES), 'cases after which a run gives up', DEFAULT.cases),
  'ablation-seeds': option(integer(1, MAX_SEEDS), 'runs of each fault for each other variant', DEFAULT.ablationSeeds),
  'ablation-budget': option(seconds, 'CPU seconds of a run with something taken away', DEFAULT.ablationBudget),
  variant: repeated(choice(...VARIANT_NAMES), 'only this one; default all, one after the other'),
  'shrink-time': option(seconds, 'CPU seconds for shrinking a finding of a run with everything, which do not count', DEFAULT.shrinkTime),
  jobs: option(integer(1, MAX_JOBS), `runs at a time; default one for each core, here ${availableParallelism()}`),
  results: option(text('FILE'), 'where a line is kept for each run; those that are there are not made again', 'docs/kill-matrix.jsonl'),
  merge: repeated(text('FILE'), 'take over the runs in this file, of another machine'),
  report: repeated(text('FILE'), 'make no runs: report on those in this file'),
  out: option(text('DIR'), 'where the report goes', 'docs'),
  json: jsonFlag,
} as const;
type FaultsOptions = Values<typeof faultsOptions>;

/** @throws UsageError */
function chosenFaults(slugs: readonly string[]): readonly string[] {
  const unknown = slugs.find((slug) => findFault(slug) === undefined);
  if (unknown !== undefined) throw new UsageError(`there is no planted bug ${unknown}; there are ${FAULTS.map(({ slug }) => slug).join(', ')}`);
  return FAULTS.map(({ slug }) => slug).filter((slug) => slugs.length === 0 || slugs.includes(slug));
}

function matrixOf(options: FaultsOptions, faults: readonly string[]): Matrix {
  const { cases, variant } = options;
  return {
    faults,
    variants: VARIANTS.filter(({ name }) => variant.length === 0 || variant.includes(name)),
    seeds: options.seeds,
    budget: { cases, cpuSeconds: options.budget },
    ablationSeeds: options['ablation-seeds'],
    ablationBudget: { cases, cpuSeconds: options['ablation-budget'] },
  };
}

/** @throws InputError */
function runsIn(path: string): readonly RunRecord[] {
  return asInput(path, [RecordError], () => reading(path, () => readResults(path)));
}
function openResults(path: string): ResultsFile {
  return asInput(path, [RecordError], () => reading(path, () => ResultsFile.open(path)));
}

function runLine({ fault, variant, seed, outcome, cases, cpuSeconds, finding, reason }: RunRecord): string {
  const spent = `${cases} cases, ${cpuSeconds.toFixed(1)} s CPU`;
  const what = outcome === 'found' && finding !== null ? `found by ${finding.oracle}, ${finding.instructions} instructions` : outcome;
  return `${fault}, ${variant}, seed ${seed}: ${what}, ${spent}${reason === '' ? '' : `; ${reason}`}`;
}

/** @throws InputError when nothing that was run came to its end */
async function makeOpenRuns(tasks: readonly Task[], results: ResultsFile, options: FaultsOptions, context: Context): Promise<void> {
  const { print, log } = context;
  const open = openTasks(tasks, results.runs);
  const versions = versionsNow(version());
  const others = results.runs.filter((run) => run.versions.commit !== versions.commit).length;
  if (others > 0) log.warn(`${others} runs in ${results.path} are of another commit; name another file with --results to measure anew`);
  log.info(`${tasks.length - open.length} of ${tasks.length} runs are there`);
  let ended = 0;
  await makeRuns(open, {
    versions,
    jobs: options.jobs ?? availableParallelism(),
    shrinkSeconds: options['shrink-time'],
    interrupted: context.untilInterrupted(),
    onEnd: (run) => {
      results.add(run);
      print(runLine(run));
      log.info(`${++ended} of ${open.length} runs made`);
    },
  });
}

function report(runs: readonly RunRecord[], options: FaultsOptions, slugs: readonly string[], context: Context): Summary {
  const chosen = FAULTS.filter(({ slug }) => slugs.length === 0 || slugs.includes(slug));
  const summary = summarise(runs.filter(({ fault }) => chosen.some(({ slug }) => slug === fault)), chosen.map(factsOf));
  try {
    for (const path of writeReport(summary, options.out, [COMMAND, ...slugs].join(' '))) context.print(path);
  } catch (error) {
    throw new InputError(`cannot write the report to ${options.out}: ${(error as Error).message}`, { cause: error });
  }
  return summary;
}
function factsOf({ slug, class: of, guilty, caughtBy }: (typeof FAULTS)[number]) {
  return { slug, class: of, guilty, caughtBy };
}

function summaryLine({ totals, budgetSeconds, runs, unrelated, failed }: Summary): string {
  const { faults, found, foundInHalf } = totals;
  const doubtful = unrelated.length + failed.length === 0 ? '' : `; ${unrelated.length} findings were there without their fault, ${failed.length} runs broke down`;
  return `${runs} runs; ${found} of ${faults} faults found within ${budgetSeconds} CPU seconds in the median, ${foundInHalf} within half of it${doubtful}`;
}

async function run(slugs: readonly string[], options: FaultsOptions, context: Context): Promise<ExitCode> {
  const faults = chosenFaults(slugs);
  if (options.report.length > 0 && options.merge.length > 0) throw new UsageError('--report makes no runs to merge with; name all files with --report');
  const results = options.report.length > 0 ? undefined : openResults(options.results);
  if (results !== undefined) {
    for (const path of options.merge) context.log.info(`${results.merge(runsIn(path))} runs taken over from ${path}`);
    await makeOpenRuns(tasksOf(matrixOf(options, faults)), results, options, context);
  }
  const summary = report(results?.runs ?? options.report.flatMap(runsIn), options, slugs, context);
  context.print(summaryLine(summary));
  if (options.json) printJson(context, summary);
  return summary.totals.falseAlarms.length + summary.unrelated.length > 0 ? ExitCode.findings : ExitCode.ok;
}

export const command = defineCommand({
  name: 'bench faults',
  summary: 'Measure how fast each planted bug is found, and what each part of the hunt is worth (the kill matrix)',
  details: [
    'Each run is a campaign with one worker against one planted bug that it knows nothing of. It ends with its first finding, which counts if it',
    'is gone when the case is replayed without the bug; a run that finds nothing gives up when its budget is spent. First come runs with',
    'everything, then runs with one thing taken away at a time, then runs on modules that binaryen makes (wasm-opt -ttf).',
    '',
    'The whole matrix takes days: Ctrl-C ends it in order, at the cost of the runs under way, and the same command goes on from there. Files of',
    'several machines are joined with --merge, or reported together with --report FILE --report FILE.',
    '',
    'SLUG is a planted bug; without one all are hunted. Exit status: 1 when a control was reported, or something that is there without its bug.',
  ].join('\n'),
  operands: { usage: '[SLUG..]', min: 0, max: Number.POSITIVE_INFINITY },
  options: faultsOptions,
  run: ({ options, operands }, context) => run(operands, options, context),
});
