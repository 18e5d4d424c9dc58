/** `gctwin replay`: runs what is kept again, entries of the corpus and findings. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Comparison } from '#fuzz/engines/foreign/comparison.ts';
import { EngineError } from '#fuzz/engines/foreign/engine-error.ts';
import type { EnginePaths } from '#fuzz/engines/foreign/engine-paths.ts';
import { RECORD_FILE } from '#fuzz/findings/files.ts';
import { readFinding } from '#fuzz/findings/read.ts';
import { FindingError } from '#fuzz/findings/record.ts';
import { loadReaders } from '#fuzz/oracles/readers.ts';
import { ENTRY_FILE, EntryError } from '#fuzz/program/entry.ts';
import type { Replayable } from '#fuzz/replay/find.ts';
import { findReplayables } from '#fuzz/replay/find.ts';
import type { Replayed, ReplayOptions } from '#fuzz/replay/replay.ts';
import { PairCourt } from '#fuzz/replay/pair-court.ts';
import { UnknownFaultError, replay } from '#fuzz/replay/replay.ts';
import { annotation, readsAnnotations } from '../cli/annotation.ts';
import { defineCommand } from '../cli/command.ts';
import type { Context } from '../cli/command.ts';
import { DEFAULT_CRASHES, requireWritableFolder } from '../cli/crashes.ts';
import { InputError } from '../cli/errors.ts';
import type { PairOptions } from '../cli/engines.ts';
import { pairFrom, pairOptions, pathsForRecorded, requirePlantable } from '../cli/engines.ts';
import { ExitCode } from '../cli/exit-code.ts';
import { faultOrNone } from '../cli/fault.ts';
import { asInput, asInputAsync, reading } from '../cli/input.ts';
import { jsonFlag, printJson } from '../cli/json.ts';
import type { TestCase } from '../cli/junit.ts';
import { junitXml } from '../cli/junit.ts';
import { text } from '../cli/kinds.ts';
import { option } from '../cli/option.ts';

const DEFAULT_CORPUS = 'corpus';

/** @throws InputError */
function replayablesIn(path: string): readonly Replayable[] {
  const found = reading(path, () => findReplayables(path));
  if (found.length === 0) throw new InputError(`${path} holds no corpus entries and no findings`);
  return found;
}

/** The corpus, and the open findings if there are any. @throws InputError */
function everything(): readonly Replayable[] {
  if (!existsSync(DEFAULT_CORPUS)) throw new InputError(`there is no folder ${DEFAULT_CORPUS} here, so say what is to be replayed`);
  return [...replayablesIn(DEFAULT_CORPUS), ...(existsSync(DEFAULT_CRASHES) ? reading(DEFAULT_CRASHES, () => findReplayables(DEFAULT_CRASHES)) : [])];
}

interface Found {
  readonly path: string;
  readonly engines: Comparison;
}

/** The engines that findings were found with, if it was not the twins. @throws InputError */
function foundWith(all: readonly Replayable[]): readonly Found[] {
  const findings = all.filter(({ kind }) => kind === 'finding').map(({ path }) => ({ path, ...asInput(path, [FindingError], () => readFinding(path)) }));
  return findings.flatMap(({ path, engines }) => (engines === undefined ? [] : { path, engines }));
}

/** Programs that are to run in the place of recorded ones; these are only looked up where there are some. @throws UsageError, InputError */
function pathsAmong(all: readonly Replayable[], options: PairOptions): EnginePaths {
  if (options.subject !== undefined) return new Map();
  return pathsForRecorded(options, options['engine-path'].length === 0 ? [] : foundWith(all).map(({ engines }) => engines));
}

/** @param engines that are named, in the place of the recorded ones @throws UsageError, InputError when the bug would be planted nowhere */
function requirePlantableIn(all: readonly Replayable[], fault: string | undefined, engines: Comparison | undefined): void {
  if (fault === undefined) return;
  if (engines !== undefined) requirePlantable(fault, engines);
  else for (const one of foundWith(all)) requirePlantable(fault, one.engines, one.path);
}

interface Timed extends Replayed {
  readonly seconds: number;
}

async function timed(replayable: Replayable, options: ReplayOptions): Promise<Timed> {
  const start = performance.now();
  const replayed = await asInputAsync(replayable.path, [EntryError, FindingError, UnknownFaultError, EngineError], () => replay(replayable, options));
  return { ...replayed, seconds: (performance.now() - start) / 1000 };
}

function fileOf({ kind, path }: Replayable): string {
  return join(path, kind === 'entry' ? ENTRY_FILE : RECORD_FILE);
}

function show(replayed: Timed, context: Context): void {
  const { path, status, result, details, advice } = replayed;
  context.print([`${path}: ${result}`, ...details.map((line) => `  ${line}`)].join('\n'));
  if (!readsAnnotations()) return;
  const message = [result, ...details].join('\n');
  if (status === 'failed') context.print(annotation('error', fileOf(replayed), path, message));
  else if (status === 'open' || advice !== undefined) context.print(annotation('notice', fileOf(replayed), path, advice ?? message));
}

function testCase(replayed: Timed): TestCase {
  const { path, status, result, details, seconds } = replayed;
  return {
    className: `replay.${basename(dirname(path))}`,
    name: basename(path),
    file: fileOf(replayed),
    seconds,
    outcome: status === 'open' ? 'skipped' : status,
    message: result,
    details,
  };
}

/** @throws InputError */
function writeJunit(file: string, all: readonly Timed[]): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, junitXml('replay', all.map(testCase)));
  } catch (error) {
    throw new InputError(`cannot write ${file}: ${(error as Error).message}`, { cause: error });
  }
}

export const command = defineCommand({
  name: 'replay',
  summary: 'Run the corpus and findings again',
  details: [
    'PATH is the folder of a corpus entry or of a finding, or a folder of such folders; without any, corpus/ and crashes/.',
    '',
    'An entry runs as it is, before all oracles, V8 and every reader of modules, then on both collectors with either drop',
    'policy, poison on and off, and a row of collection schedules, audited at every safe point. It passes when exactly what',
    'it expects happens each time. If it names a planted bug, it must also fail once that is planted. An entry that is',
    'marked as open is expected not to pass.',
    '',
    'A finding runs with the planted bug it was found with, if any, and passes when the collectors agree and the audits are',
    'content. --fault plants another bug, or with none nothing.',
    '',
    'With --subject, entries and findings pass when these engines agree, or when what they do cannot be compared. Without, a',
    'finding of other engines asks those it was found with: the program that --engine-path names, or the recorded one, or, where',
    'that is gone, one that is found as gctwin engines finds it.',
    '',
    'Exit status 1 says that an entry or a finding does not pass. On GitHub Actions these are annotated.',
  ].join('\n'),
  operands: { usage: '[PATH..]', min: 0, max: Number.POSITIVE_INFINITY },
  options: {
    fault: option(faultOrNone, 'plant this bug instead of the recorded one'),
    ...pairOptions,
    junit: option(text('FILE'), 'write the results as JUnit XML'),
    json: jsonFlag,
  },
  run: async ({ options, operands }, context) => {
    const all = operands.length === 0 ? everything() : operands.flatMap(replayablesIn);
    if (options.junit !== undefined) requireWritableFolder(dirname(options.junit));
    const paths = pathsAmong(all, options);
    const engines = options.subject === undefined ? undefined : await pairFrom(options);
    requirePlantableIn(all, options.fault === 'none' ? undefined : options.fault, engines);
    const court = new PairCourt();
    const shared = { fault: options.fault, engines, paths, court, readers: await loadReaders() };
    const entries: Timed[] = [];
    try {
      for (const one of all) {
        const replayed = await timed(one, shared);
        show(replayed, context);
        entries.push(replayed);
      }
    } finally {
      await court.end();
    }
    const count = (status: Replayed['status']): number => entries.filter((entry) => entry.status === status).length;
    const [passed, failed, open] = [count('passed'), count('failed'), count('open')];
    if (options.junit !== undefined) writeJunit(options.junit, entries);
    context.print(`${passed} passed, ${failed} failed${open === 0 ? '' : `, ${open} open`}`);
    if (options.json) printJson(context, { passed, failed, open, entries: entries.map((entry) => ({ ...entry, passed: entry.status === 'passed' })) });
    return failed > 0 ? ExitCode.findings : ExitCode.ok;
  },
});
