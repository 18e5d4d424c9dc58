/** Puts the types of Wasm's own objects in the place of those of host objects, and an object of no fields in the place of what the host makes. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import { mapTypes } from '#wasm/syntax/map-types.ts';
import type { StorageType, ValType } from '#wasm/syntax/types.ts';
import { HeapType, heapTypeOf, isNullable, isRefType, refType } from '#wasm/syntax/types.ts';
import { sitesOf, withExpr } from '../sites.ts';
import { funcType } from '../types.ts';
import { moduleDetour } from './detour.ts';

const OTHERS: ReadonlyMap<HeapType, HeapType> = new Map([
  [HeapType.extern, HeapType.any],
  [HeapType.noextern, HeapType.none],
]);

function isExtern(type: StorageType): boolean {
  return isRefType(type) && OTHERS.has(heapTypeOf(type as ValType));
}
function other(type: StorageType): StorageType {
  return isExtern(type) ? refType(OTHERS.get(heapTypeOf(type as ValType))!, isNullable(type as ValType)) : type;
}

/** Imported functions that give one host object, and how many operands they take. */
function makers(module: Module): ReadonlyMap<number, number> {
  const imported = module.imports.filter(({ type }) => type.kind === 'func');
  return new Map(
    imported.flatMap(({ type }, index): readonly (readonly [number, number])[] => {
      const signature = type.kind === 'func' ? funcType(module, type.typeIndex)! : undefined;
      return signature?.results.length === 1 && isExtern(signature.results[0]!) ? [[index, signature.params.length]] : [];
    }),
  );
}

function changed(module: Module): Module {
  const made = makers(module);
  const object = typesOf(module).length;
  const withObjects = (expr: Expr): Expr =>
    expr.flatMap((instruction): Expr => {
      if (instruction.op === Op['extern.convert_any'] || instruction.op === Op['any.convert_extern']) return [];
      const operands = instruction.op === Op.call ? made.get(instruction.func) : undefined;
      if (operands === undefined) return [instruction];
      return [...Array.from({ length: operands }, (): Instruction => ({ op: Op.drop })), { op: Op['struct.new_default'], type: object }];
    });
  const owned = sitesOf(module).reduce((before, { place, expr }) => withExpr(before, place, withObjects(expr)), module);
  const { recGroups } = module;
  const typed = mapTypes({ ...owned, recGroups: [...recGroups, [{ final: true, supertypes: [], composite: { kind: 'struct', fields: [] } }]] }, other);
  // What is imported keeps its type.
  return { ...typed, imports: module.imports };
}

export const anyForExtern = moduleDetour('any-for-extern', (module) => {
  let mentions = false;
  mapTypes(module, (type) => ((mentions ||= isExtern(type)), type));
  return mentions ? [() => changed(module)] : [];
});
