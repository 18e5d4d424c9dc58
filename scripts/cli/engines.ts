/** Options that choose engines, and what they come to. */
import type { Pair } from '#fuzz/campaign/pairing.ts';
import type { Suppression } from '#fuzz/campaign/suppressions.ts';
import { SuppressionError, parseSuppressions } from '#fuzz/campaign/suppressions.ts';
import type { ChosenEngine, Comparison, TwinName } from '#fuzz/engines/foreign/comparison.ts';
import { TWIN_NAMES } from '#fuzz/engines/foreign/comparison.ts';
import { EngineError } from '#fuzz/engines/foreign/engine-error.ts';
import type { EnginePaths } from '#fuzz/engines/foreign/engine-paths.ts';
import { untakenPath } from '#fuzz/engines/foreign/engine-paths.ts';
import { FAMILIES, familyOf, foreignNames, namesOfFamiliesToo } from '#fuzz/engines/foreign/families.ts';
import type { Finding } from '#fuzz/findings/finding.ts';
import { AbsentEngineError, recordedEngines } from '#fuzz/replay/recorded-engines.ts';
import { nearest } from '#util/edit-distance.ts';
import { InputError, UsageError } from './errors.ts';
import { asInput, asInputAsync, readInput } from './input.ts';
import { list, text } from './kinds.ts';
import type { Kind, Values } from './option.ts';
import { option, repeated } from './option.ts';

const NAMES: readonly string[] = [...TWIN_NAMES, ...foreignNames()];

export const engineName: Kind<string> = {
  placeholder: 'ENGINE',
  wants: `one of ${NAMES.join(', ')}`,
  parse: (name) => (NAMES.includes(name) ? name : undefined),
};

const PLACED: readonly string[] = namesOfFamiliesToo();

const enginePath: Kind<readonly [string, string]> = {
  placeholder: 'NAME=PATH',
  wants: `an engine and the path of its program, such as jsc=/usr/bin/bun, with one of ${FAMILIES.map(({ name }) => name).join(', ')}, or a variant of these, such as wasmtime:drc`,
  parse: (value) => {
    const [, name = '', path] = /^([^=]+)=(.+)$/.exec(value) ?? [];
    return !PLACED.includes(name) || path === undefined ? undefined : [name, path];
  },
  near: (value) => {
    const name = value.split('=')[0]!;
    return name === '' || PLACED.includes(name) ? [] : nearest(name, PLACED);
  },
};

export const pathOptions = {
  'engine-path': repeated(enginePath, 'where the program of an engine is, for example jsc=/usr/bin/bun'),
} as const;

export const pairOptions = {
  subject: option(list(engineName), 'engines under test; gctwin engines lists what there is. Without it, the twins'),
  reference: option(list(engineName), 'engines to compare them with; default null'),
  ...pathOptions,
  suppress: option(text('FILE'), 'known bugs of engines, which are counted but not reported'),
} as const;
export type PairOptions = Values<typeof pairOptions>;

/** @throws UsageError when nobody could tell which of two paths is meant */
export function pathsFrom(options: Values<typeof pathOptions>): EnginePaths {
  const paths = new Map<string, string>();
  for (const [name, path] of options['engine-path']) {
    if (paths.has(name)) throw new UsageError(`--engine-path tells two paths of ${name}: ${paths.get(name)} and ${path}`);
    paths.set(name, path);
  }
  return paths;
}

/** @throws InputError when an engine is not there or does not work */
export async function engineNamed(name: string, paths: EnginePaths): Promise<ChosenEngine> {
  if ((TWIN_NAMES as readonly string[]).includes(name)) return name as TwinName;
  // Takes its time to load, and most command lines name no engine.
  const { discover } = await import('#fuzz/engines/foreign/discover.ts');
  try {
    return await discover(name, paths);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new InputError(error.message, { cause: error });
  }
}

/** @throws UsageError for what says nothing without subjects */
function requireNothingOfPairs({ reference, suppress }: PairOptions): void {
  if (reference !== undefined) throw new UsageError('--reference needs a --subject');
  if (suppress !== undefined) throw new UsageError('--suppress needs a --subject');
}

/** @param file JSON @throws InputError */
export function suppressionsIn(file: string): readonly Suppression[] {
  return asInput(file, [SuppressionError], () => parseSuppressions(new TextDecoder().decode(readInput(file))));
}

/**
 * @returns undefined when the twins are meant
 * @throws UsageError, InputError
 */
export async function pairFrom(options: PairOptions): Promise<Pair | undefined> {
  const { subject, reference = ['null'], suppress } = options;
  if (subject === undefined) {
    requireNothingOfPairs(options);
    if (options['engine-path'].length > 0) throw new UsageError('--engine-path needs a --subject');
    return undefined;
  }
  const twice = subject.find((name) => reference.includes(name));
  if (twice !== undefined) throw new UsageError(`${twice} cannot be compared with itself`);
  const paths = pathsFrom(options);
  const untaken = untakenPath(paths, [...subject, ...reference].map((name) => ({ name, family: familyOf(name) })));
  if (untaken !== undefined) throw new UsageError(`--engine-path tells where ${untaken} is, which is not among the engines; name it with --subject or --reference`);
  const all = (names: readonly string[]) => Promise.all([...new Set(names)].map((name) => engineNamed(name, paths)));
  return { subjects: await all(subject), references: await all(reference), suppressions: suppress === undefined ? [] : suppressionsIn(suppress) };
}

/**
 * Where no subjects are named: the programs that are to run in the place of those that findings were found with.
 * @param recorded the engines of the findings
 * @throws UsageError, also for a path that none of them would take
 */
export function pathsForRecorded(options: PairOptions, recorded: readonly Comparison[]): EnginePaths {
  requireNothingOfPairs(options);
  const paths = pathsFrom(options);
  const engines = recorded.flatMap(({ subjects, references }) => [...subjects, ...references]).filter((engine) => typeof engine !== 'string');
  const untaken = untakenPath(paths, engines);
  if (untaken !== undefined) throw new UsageError(`--engine-path tells where ${untaken} is, but nothing here was found with it; --subject names other engines to ask`);
  return paths;
}

/**
 * The engines that are named, or else those that a finding was found with.
 * @param path of the finding, or of what is none
 * @returns undefined when the twins are meant
 * @throws UsageError, InputError
 */
export async function pairFor(path: string, finding: Finding | undefined, options: PairOptions): Promise<Pair | undefined> {
  if (options.subject !== undefined || finding === undefined) return await pairFrom(options);
  const paths = pathsForRecorded(options, finding.engines === undefined ? [] : [finding.engines]);
  return await asInputAsync(path, [AbsentEngineError, EngineError], () => recordedEngines(finding, paths));
}

/**
 * Bugs are planted in our own collector under test, and in nothing else that is compared.
 * @param fault the slug that the command line names
 * @param path of the finding that was found with these engines, if no command line names them
 * @throws UsageError when it would be planted nowhere
 */
export function requirePlantable(fault: string | undefined, engines: Comparison | undefined, path?: string): void {
  if (fault === undefined || engines === undefined || [...engines.subjects, ...engines.references].includes('drc')) return;
  const ofWhom = path === undefined ? '' : ` that ${path} was found with`;
  throw new UsageError(`--fault ${fault} is planted in drc, which is not among the engines${ofWhom}; name it with --subject or --reference`);
}
