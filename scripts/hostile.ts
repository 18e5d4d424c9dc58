/**
 * `npm run hostile -- --cases N --seed N`: hostile modules through the whole runtime, many of them.
 *
 * The cases run in a worker with bounded memory; the main thread watches its progress, so that an endless case or
 * a dying worker is found and named like any other failure.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { HostileCases } from '#fuzz/hostile/cases.ts';
import { Tally } from '#fuzz/hostile/tally.ts';
import { UsageError } from './cli/errors.ts';
import { ExitCode } from './cli/exit-code.ts';
import { integer } from './cli/kinds.ts';
import { option } from './cli/option.ts';
import { parseArguments } from './cli/parse.ts';

const OPTIONS = {
  cases: option(integer(1, 2 ** 31 - 1), 'how many cases to run', 3000),
  seed: option(integer(0, 2 ** 31 - 1), 'what the cases are drawn from', 1),
  from: option(integer(0, 2 ** 31 - 1), 'number of the first case', 0),
};
/** A case without a result for so long is endless. */
const PATIENCE_MS = 60_000;
const MEMORY_MB = 1024;
const FAILURES_FOLDER = fileURLToPath(new URL('../crashes/raw', import.meta.url));

interface Assignment {
  readonly cases: number;
  readonly seed: number;
  readonly from: number;
  /** Modules to start from besides the built-in ones. */
  readonly modules: readonly Uint8Array[];
  /** One word: the number of the case under way. */
  readonly progress: SharedArrayBuffer;
}
type Result = Pick<Tally, 'cases' | 'stages' | 'ends' | 'differences' | 'failures' | 'slowest'>;

function work({ cases, seed, from, modules, progress }: Assignment): Result {
  const current = new Int32Array(progress);
  const hostile = new HostileCases(seed, modules);
  const tally = new Tally();
  for (let index = from; index < from + cases; index++) {
    Atomics.store(current, 0, index);
    tally.run(hostile, index);
  }
  return { ...tally };
}

/** @returns the result, or a sentence on what became of the worker, with the case it was at */
function supervise(assignment: Assignment): Promise<Result | { readonly index: number; readonly problem: string }> {
  const current = new Int32Array(assignment.progress);
  const worker = new Worker(new URL(import.meta.url), {
    workerData: assignment,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  return new Promise((resolve) => {
    let last = -1;
    let sinceMs = performance.now();
    const failed = (problem: string): void => {
      clearInterval(watch);
      void worker.terminate();
      resolve({ index: current[0]!, problem });
    };
    const watch = setInterval(() => {
      const index = Atomics.load(current, 0);
      if (index !== last) [last, sinceMs] = [index, performance.now()];
      else if (performance.now() - sinceMs > PATIENCE_MS) failed(`does not end within ${PATIENCE_MS / 1000} s`);
    }, 1000);
    worker.on('message', (result: Result) => {
      clearInterval(watch);
      resolve(result);
    });
    worker.on('error', (error) => failed(`ends the process: ${String(error)}`));
  });
}

function modulesIn(folder: string): Uint8Array[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.wasm'));
  return names.toSorted().map((name) => new Uint8Array(readFileSync(join(folder, name))));
}

function save(seed: number, index: number, bytes: Uint8Array): string {
  mkdirSync(FAILURES_FOLDER, { recursive: true });
  const file = join(FAILURES_FOLDER, `hostile-${seed}-${index}.wasm`);
  writeFileSync(file, bytes);
  return file;
}

function printCounts(title: string, counts: ReadonlyMap<string, number>): void {
  if (counts.size === 0) return;
  console.log(`${title}:`);
  for (const [key, count] of [...counts].toSorted(([, a], [, b]) => b - a)) console.log(`  ${key}: ${count}`);
}

async function main(args: readonly string[]): Promise<ExitCode> {
  const { options, operands } = parseArguments(args, OPTIONS, { usage: '[DIR..]', min: 0, max: Number.POSITIVE_INFINITY });
  const { cases, seed, from } = options;
  const modules = operands.flatMap(modulesIn);
  const startMs = performance.now();
  const result = await supervise({ cases, seed, from, modules, progress: new SharedArrayBuffer(4) });
  if ('problem' in result) {
    const hostile = new HostileCases(seed, modules);
    const file = save(seed, result.index, hostile.bytesOf(hostile.randomOf(result.index)));
    console.log(`seed ${seed}, case ${result.index}: ${result.problem}\n  ${file}`);
    return ExitCode.findings;
  }
  printCounts('cases', result.stages);
  printCounts('instantiations and calls', result.ends);
  printCounts('known differences from V8', result.differences);
  const seconds = (performance.now() - startMs) / 1000;
  console.log(`${result.cases} cases of seed ${seed} in ${seconds.toFixed(0)} s; ${modules.length} modules besides the built-in ones`);
  console.log(`slowest: case ${result.slowest.index}, ${result.slowest.ms.toFixed(0)} ms`);
  console.log(`peak memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
  for (const { index, bytes, problems } of result.failures) {
    console.log(`seed ${seed}, case ${index}: ${save(seed, index, bytes)}\n  ${problems.join('\n  ')}`);
  }
  return result.failures.length > 0 ? ExitCode.findings : ExitCode.ok;
}

if (isMainThread) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`hostile: ${error.message}`);
    process.exitCode = ExitCode.badInput;
  }
} else {
  // oxlint-disable-next-line require-post-message-target-origin -- a port between threads has no origin
  parentPort!.postMessage(work(workerData as Assignment));
}
