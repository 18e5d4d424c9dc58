/** Engines that were chosen at another time, and whose programs may be gone since. */
import { existsSync } from 'node:fs';
import type { ChosenEngine, Comparison } from './comparison.ts';
import type { ForeignSpec } from './foreign-engine.ts';

export function isAbsent(engine: ChosenEngine): engine is ForeignSpec {
  return typeof engine !== 'string' && !existsSync(engine.path);
}

/** The first of them that is gone. */
export function absentAmong({ subjects, references }: Comparison): ForeignSpec | undefined {
  return [...subjects, ...references].find(isAbsent);
}
