/**
 * Tables and memories that are defined without a maximum get the one of our runtime, so that growing them fails in the same place
 * on every engine. An import that asks for a maximum could tell the difference: then nothing is changed.
 */
import type { Module } from '#wasm/syntax/module.ts';
import type { Limits } from '#wasm/syntax/types.ts';
import type { ProgramModule } from '#fuzz/program/program.ts';
import { MAX_MEMORY_PAGES, MAX_TABLE_ENTRIES } from './run.ts';

/** Whether some module imports a table or a memory with a maximum. */
export function asksForMaxima(modules: readonly ProgramModule[]): boolean {
  return modules.some(({ module }) => module.imports.some(({ type }) => (type.kind === 'table' || type.kind === 'memory') && type.limits.max !== undefined));
}

export function withMaxima(module: Module): Module {
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
