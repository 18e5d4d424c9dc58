/** A Program's modules as V8 gets them. */
import { setFlagsFromString } from 'node:v8';
import { encode } from '#wasm/binary/encode.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { Limits } from '#wasm/syntax/types.ts';
import type { Program, ProgramModule } from '#fuzz/program/program.ts';
import type { Prepared } from './prepare.ts';
import { MAX_MEMORY_PAGES, MAX_TABLE_ENTRIES } from './run.ts';

/**
 * The bytes of each module.
 *
 * Tables and memories that are defined without a maximum get the one of our runtime, so that growing them fails
 * in the same place. An import that asks for a maximum could tell the difference: then nothing is changed. Nor is a
 * module that is not valid, for it could become so.
 */
export function encodeForV8({ modules }: Program, prepared: Prepared): readonly Uint8Array[] {
  const asks = ({ module }: ProgramModule): boolean =>
    module.imports.some(({ type }) => (type.kind === 'table' || type.kind === 'memory') && type.limits.max !== undefined);
  const change = modules.some(asks) ? (module: Module) => module : withMaxima;
  return modules.map(({ module }, i) => encode(prepared.modules[i] === undefined ? module : change(module)));
}

function withMaxima(module: Module): Module {
  if (module.tables.length === 0 && module.memories.length === 0) return module;
  return {
    ...module,
    tables: module.tables.map((table) => ({ ...table, type: { ...table.type, limits: bounded(table.type.limits, MAX_TABLE_ENTRIES) } })),
    memories: module.memories.map((memory) => ({ ...memory, limits: bounded(memory.limits, MAX_MEMORY_PAGES) })),
  };
}
function bounded({ min, max }: Limits, bound: number): Limits {
  return { min, max: Math.max(min, Math.min(max ?? bound, bound)) };
}

/**
 * Has V8 validate a module in the calling thread. Otherwise it spreads the functions over a pool of threads, and waking those
 * takes several times as long as the work, which is a few kilobytes, and disturbs whoever else runs on the machine.
 */
export function inOneThread<T>(work: () => T): T {
  setFlagsFromString('--single-threaded');
  try {
    return work();
  } finally {
    setFlagsFromString('--no-single-threaded');
  }
}
