/** Changes of type definitions. */
import type { Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { CompositeType, FuncType, SubType } from '#wasm/syntax/types.ts';

/** The module with another definition of one type. */
export function withType(module: Module, at: number, change: (type: SubType) => SubType): Module {
  let index = 0;
  const recGroups = module.recGroups.map((group) => group.map((type) => (index++ === at ? change(type) : type)));
  return { ...module, recGroups };
}

export function withComposite(module: Module, at: number, composite: CompositeType): Module {
  return withType(module, at, (type) => ({ ...type, composite }));
}

/** Undefined for what is no function type. */
export function funcType(module: Module, typeIndex: number): FuncType | undefined {
  const composite = typesOf(module)[typeIndex]?.composite;
  return composite?.kind === 'func' ? composite : undefined;
}

/** The module in which one function has this type, which is added behind all others. */
export function withFuncType(module: Module, position: number, composite: FuncType): Module {
  const typeIndex = typesOf(module).length;
  return {
    ...module,
    recGroups: [...module.recGroups, [{ final: true, supertypes: [], composite }]],
    functions: module.functions.map((func, i) => (i === position ? { ...func, typeIndex } : func)),
  };
}

export function importedFunctions({ imports }: Module): number {
  return imports.filter(({ type }) => type.kind === 'func').length;
}

/** Type indices of all functions, imported ones first. */
export function functionTypeIndices({ imports, functions }: Module): readonly number[] {
  return [...imports.flatMap(({ type }) => (type.kind === 'func' ? [type.typeIndex] : [])), ...functions.map(({ typeIndex }) => typeIndex)];
}

export function without<T>(list: readonly T[], position: number): readonly T[] {
  return list.filter((_, i) => i !== position);
}
