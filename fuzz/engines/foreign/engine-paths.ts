/** Where engines are said to be. */
import type { ForeignSpec } from './foreign-engine.ts';

/** Paths by the name of a family or of one variant. */
export type EnginePaths = ReadonlyMap<string, string>;

type Named = Pick<ForeignSpec, 'name' | 'family'>;

/** That of a variant comes before that of its family. */
export function toldPath({ name, family }: Named, paths: EnginePaths): string | undefined {
  return paths.get(name) ?? paths.get(family);
}

/** The name with which a path is told that is of none of the engines. */
export function untakenPath(paths: EnginePaths, engines: readonly Named[]): string | undefined {
  return [...paths.keys()].find((told) => !engines.some(({ name, family }) => name === told || family === told));
}
