/** Which engines are compared with which. */
import type { ClosingOptions } from '../closed/close.ts';
import { isWithoutGc } from './families.ts';
import type { ForeignSpec } from './foreign-engine.ts';

export const TWIN_NAMES = ['drc', 'null'] as const;
/** One of our own, by name. */
export type TwinName = (typeof TWIN_NAMES)[number];
export type ChosenEngine = TwinName | ForeignSpec;

export interface Comparison {
  /** Under test. */
  readonly subjects: readonly ChosenEngine[];
  readonly references: readonly ChosenEngine[];
}

export function nameOf(engine: ChosenEngine): string {
  return typeof engine === 'string' ? engine : engine.name;
}

export function foreignOf({ subjects, references }: Comparison): readonly ForeignSpec[] {
  return [...subjects, ...references].filter((engine) => typeof engine !== 'string');
}

/** Of the engines of others among them. */
export function familiesOf(comparison: Comparison): readonly string[] {
  return foreignOf(comparison).map(({ family }) => family);
}

/** `wasmtime:drc 30.0.2 (/usr/bin/wasmtime -C collector=drc)`. */
export function describeEngine(engine: ChosenEngine): string {
  if (typeof engine === 'string') return engine;
  const environment = Object.entries(engine.environment ?? {}).map(([name, value]) => `${name}=${value}`);
  return `${engine.name} ${engine.version} (${[...environment, engine.path, ...engine.flags].join(' ')})`;
}

/** `wasmtime:drc 30.0.2 at /usr/bin/wasmtime`: without its flags. */
export function locateEngine(engine: ChosenEngine): string {
  return typeof engine === 'string' ? engine : `${engine.name} ${engine.version} at ${engine.path}`;
}

export function describeComparison({ subjects, references }: Comparison): string {
  return `${subjects.map(describeEngine).join(', ')} against ${references.map(describeEngine).join(', ')}`;
}

/** How Programs are closed that all of these are to run. */
export function closingFor(comparison: Comparison): ClosingOptions {
  return { withoutGc: foreignOf(comparison).some(({ name }) => isWithoutGc(name)) };
}
