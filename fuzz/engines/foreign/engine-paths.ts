/** Where engines are said to be. */
import type { ForeignSpec } from './foreign-engine.ts';

/** Paths by the name of a family or of one variant. */
export type EnginePaths = ReadonlyMap<string, string>;

/** That of a variant comes before that of its family. */
export function toldPath({ name, family }: Pick<ForeignSpec, 'name' | 'family'>, paths: EnginePaths): string | undefined {
  return paths.get(name) ?? paths.get(family);
}
