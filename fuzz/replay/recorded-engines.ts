/** The engines that a finding was found with, as far as they are here. */
import type { Pair } from '#fuzz/campaign/pairing.ts';
import { isAbsent } from '#fuzz/engines/foreign/absent.ts';
import type { ChosenEngine, Comparison } from '#fuzz/engines/foreign/comparison.ts';
import { describeEngine, locateEngine } from '#fuzz/engines/foreign/comparison.ts';
import { EngineError } from '#fuzz/engines/foreign/engine-error.ts';
import type { EnginePaths } from '#fuzz/engines/foreign/engine-paths.ts';
import { toldPath } from '#fuzz/engines/foreign/engine-paths.ts';
import type { ForeignSpec } from '#fuzz/engines/foreign/foreign-engine.ts';
import type { Finding } from '#fuzz/findings/finding.ts';

/** A finding was made with an engine that is neither where it was nor anywhere else. The message is a sentence that names the way out. */
export class AbsentEngineError extends Error {
  override readonly name = 'AbsentEngineError';
}

/**
 * Those that a finding was found with, if it was not the twins; nothing is suppressed. A program that `paths` names takes the place of the
 * recorded one. Where that is gone, one is looked for.
 * @throws AbsentEngineError
 * @throws EngineError when a path is that of no such engine
 */
export async function recordedEngines({ engines }: Pick<Finding, 'engines'>, paths: EnginePaths): Promise<Pair | undefined> {
  if (engines === undefined) return undefined;
  const all = (chosen: readonly ChosenEngine[]) => Promise.all(chosen.map((engine) => asItIsNow(engine, paths)));
  return { subjects: await all(engines.subjects), references: await all(engines.references), suppressions: [] };
}

async function asItIsNow(engine: ChosenEngine, paths: EnginePaths): Promise<ChosenEngine> {
  if (typeof engine === 'string') return engine;
  if (toldPath(engine, paths) !== undefined) return (await searched(engine, paths)) ?? absent(engine);
  return isAbsent(engine) ? await elsewhere(engine) : engine;
}

async function searched(engine: ForeignSpec, paths: EnginePaths): Promise<ForeignSpec | undefined> {
  // Takes its time to load, and most programs are where they were.
  const { rediscover } = await import('#fuzz/engines/foreign/discover.ts');
  return await rediscover(engine, paths);
}

async function elsewhere(engine: ForeignSpec): Promise<ForeignSpec> {
  try {
    return (await searched(engine, new Map())) ?? absent(engine);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return absent(engine, `, and ${error.message}`);
  }
}

function absent(engine: ForeignSpec, why = ''): never {
  const wayOut = `say with --engine-path ${engine.family}=PATH where it is, or with --subject and --reference which engines to ask`;
  throw new AbsentEngineError(`it was found with ${describeEngine(engine)}, which is not here${why}: ${wayOut}`);
}

/** Says which programs ran that are not the recorded ones, a line for each. @param asked as `recordedEngines` gives them */
export function describeMoves(recorded: Comparison, asked: Comparison): readonly string[] {
  const before = [...recorded.subjects, ...recorded.references].map(locateEngine);
  const now = [...asked.subjects, ...asked.references].map(locateEngine);
  return now.flatMap((engine, i) => (engine === before[i] ? [] : [`${engine} is asked in the place of ${before[i]}`]));
}
