/** Whether a module needs what came with garbage collection: its types and their instructions, and references to functions of a type. */
import { mapTypes } from '#wasm/syntax/map-types.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Expr } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { functionIndices } from '#wasm/syntax/module.ts';
import type { RecGroup, StorageType } from '#wasm/syntax/types.ts';
import { ValType, isPacked, isRefType } from '#wasm/syntax/types.ts';

const PLAIN_REFERENCES: ReadonlySet<StorageType> = new Set([ValType.funcref, ValType.externref]);
/** What is numbered from here on has the prefix of GC instructions. */
const FIRST_GC_OP = Op['struct.new'];
const LAST_GC_OP = Op['i31.get_u'];

function isPlainGroup(group: RecGroup): boolean {
  return group.every(({ final, supertypes, composite }) => group.length === 1 && final && supertypes.length === 0 && composite.kind === 'func');
}

function usesGcInstructions(body: Expr): boolean {
  return body.some(({ op }) => op === Op['ref.eq'] || (op >= FIRST_GC_OP && op <= LAST_GC_OP));
}

/** Lists of functions have the type `(ref func)`, which the binary format does not spell out. */
function withPlainLists(module: Module): Module {
  return { ...module, elements: module.elements.map((segment) => (functionIndices(segment) === undefined ? segment : { ...segment, type: ValType.funcref })) };
}

export function usesGcTypes(module: Module): boolean {
  if (!module.recGroups.every(isPlainGroup)) return true;
  let found = false;
  mapTypes(withPlainLists(module), (type) => {
    found ||= isPacked(type) || (isRefType(type) && !PLAIN_REFERENCES.has(type));
    return type;
  });
  const { functions, globals, tables, elements } = module;
  const constants = [...globals.map(({ init }) => init), ...tables.flatMap(({ init }) => (init === undefined ? [] : [init])), ...elements.flatMap(({ items }) => items)];
  return found || functions.some(({ body }) => usesGcInstructions(body)) || constants.some(usesGcInstructions);
}
