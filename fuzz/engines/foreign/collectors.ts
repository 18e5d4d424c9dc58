/** By which module a script offers the function that collects, engine by engine. */
import { NO_COLLECTOR } from './binaryen/scripts.ts';
import type { ForeignSpec } from './foreign-engine.ts';
import { BUILTINS_SINCE, COLLECT, COLLECT_BY_READING } from './wasmtime/abilities.ts';

/** Directives on one line, which begins with `(module $gc`. */
type Collector = readonly string[];

/** @returns undefined for an engine that reads no scripts */
export function collectorFor({ family, version }: ForeignSpec): Collector | undefined {
  if (family === 'wasmtime') return Number.parseInt(version) < BUILTINS_SINCE ? COLLECT_BY_READING : COLLECT;
  return /^(binaryen|wabt)/.test(family) ? NO_COLLECTOR : undefined;
}

/** One for a script that all of these are to run: the one that collects most. */
export function commonCollector(engines: readonly ForeignSpec[]): Collector {
  const own = engines.map(collectorFor);
  return [COLLECT, COLLECT_BY_READING, NO_COLLECTOR].find((collector) => own.includes(collector)) ?? COLLECT;
}
