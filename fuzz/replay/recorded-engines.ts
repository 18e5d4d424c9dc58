/** The engines that a finding was found with. */
import { existsSync } from 'node:fs';
import type { Pair } from '#fuzz/campaign/pairing.ts';
import { describeEngine } from '#fuzz/engines/foreign/comparison.ts';
import type { Finding } from '#fuzz/findings/finding.ts';

/** A finding was made with an engine that is not where it was. The message is a sentence that names the way out. */
export class AbsentEngineError extends Error {
  override readonly name = 'AbsentEngineError';
}

/**
 * Those that a finding was found with, if it was not the twins; nothing is suppressed.
 * @throws AbsentEngineError
 */
export function recordedEngines({ engines }: Finding): Pair | undefined {
  if (engines === undefined) return undefined;
  const { subjects, references } = engines;
  const absent = [...subjects, ...references].find((engine) => typeof engine !== 'string' && !existsSync(engine.path));
  if (absent !== undefined) throw new AbsentEngineError(`it was found with ${describeEngine(absent)}, which is not here: say with --subject and --reference which engines to ask`);
  return { subjects, references, suppressions: [] };
}
