/** Types of what a module exports, from the module alone. */
import type { ExternType, Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { FuncType } from '#wasm/syntax/types.ts';

/** @returns undefined when there is no such export, or none that is well formed */
export function exportType(module: Module, name: string): ExternType | undefined {
  const found = module.exports.find((candidate) => candidate.name === name);
  if (found === undefined) return undefined;
  const imported = module.imports.map(({ type }) => type).filter(({ kind }) => kind === found.kind);
  return imported[found.index] ?? definedType(module, found.kind, found.index - imported.length);
}

function definedType({ functions, tables, memories, globals, tags }: Module, kind: ExternType['kind'], index: number): ExternType | undefined {
  switch (kind) {
    case 'func':
      return functions[index] && { kind, typeIndex: functions[index].typeIndex };
    case 'table':
      return tables[index] && { kind, ...tables[index].type };
    case 'memory':
      return memories[index] && { kind, ...memories[index] };
    case 'global':
      return globals[index] && { kind, ...globals[index].type };
    case 'tag':
      return tags[index] && { kind, ...tags[index] };
  }
}

export function funcTypeAt(module: Module, typeIndex: number): FuncType | undefined {
  const composite = typesOf(module)[typeIndex]?.composite;
  return composite?.kind === 'func' ? composite : undefined;
}
