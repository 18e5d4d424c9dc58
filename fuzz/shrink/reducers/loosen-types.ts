/**
 * Brings types nearer to a plain integer wherever a module mentions one: references may be null, a defined type gives way to the abstract
 * one above it, a field holds a number; and what is mutable no more than it needs be.
 */
import { typeWeight } from '#fuzz/program/size.ts';
import { mapTypes } from '#wasm/syntax/map-types.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { FieldType, StorageType, SubType, ValType as ValueType } from '#wasm/syntax/types.ts';
import { HeapType, ValType, heapTypeOf, isConcrete, isNullable, isRefType, refType } from '#wasm/syntax/types.ts';
import type { Reducer } from '../gate.ts';
import type { TryModule } from '../sites.ts';
import { forEachModule } from '../sites.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';

const BELOW_ANY: ReadonlySet<HeapType> = new Set([HeapType.eq, HeapType.i31, HeapType.struct, HeapType.array, HeapType.none]);
const KINDS = { struct: HeapType.struct, array: HeapType.array, func: HeapType.func } as const;

/** What is above a type, the farthest first. */
function above(types: readonly SubType[], heapType: HeapType): readonly HeapType[] {
  if (!isConcrete(heapType)) return BELOW_ANY.has(heapType) ? [HeapType.any, HeapType.eq] : [];
  const { kind } = types[heapType]!.composite;
  return kind === 'func' ? [HeapType.func] : [HeapType.any, HeapType.eq, KINDS[kind]];
}

/** What may stand in a type's place, the plainest first. */
export function looser(type: StorageType, types: readonly SubType[]): readonly StorageType[] {
  if (!isRefType(type)) return [ValType.i32, ValType.i64].filter((other) => typeWeight(other) < typeWeight(type));
  const reference = type as ValueType;
  const heapType = heapTypeOf(reference);
  const heapTypes = [...above(types, heapType), heapType];
  const references = [true, isNullable(reference)].flatMap((nullable) => heapTypes.map((other) => refType(other, nullable)));
  return [ValType.i32, ...references].filter((other, i, all) => typeWeight(other) < typeWeight(type) && all.indexOf(other) === i);
}

/** All types that the module mentions, in the order of `mapTypes`. */
function mentioned(module: Module): readonly StorageType[] {
  const types: StorageType[] = [];
  mapTypes(module, (type) => (types.push(type), type));
  return types;
}
function withMention(module: Module, mention: number, other: StorageType): Module {
  let next = 0;
  const changed = mapTypes(module, (type) => (next++ === mention ? other : type));
  return withoutUnused(changed, definitionsOf(changed));
}

function loosenMentions(current: () => Module, attempt: TryModule): void {
  // From the end: what goes with a type may go from before it as well, and then some mentions are passed over in this round.
  let types = mentioned(current());
  for (let mention = types.length - 1; mention >= 0; mention--) {
    const type = types[mention];
    if (type === undefined) continue;
    const passes = looser(type, typesOf(current())).some((other) => attempt(() => withMention(current(), mention, other)));
    if (passes) types = mentioned(current());
  }
}

function fixed(field: FieldType): FieldType {
  return { ...field, mutable: false };
}
function fixedType(type: SubType): SubType {
  const { composite } = type;
  if (composite.kind === 'array') return { ...type, composite: { kind: 'array', element: fixed(composite.element) } };
  return composite.kind === 'struct' ? { ...type, composite: { kind: 'struct', fields: composite.fields.map(fixed) } } : type;
}

function fixVariables(current: () => Module, attempt: TryModule): void {
  typesOf(current()).forEach((_, at) => {
    let index = 0;
    attempt({ ...current(), recGroups: current().recGroups.map((group) => group.map((type) => (index++ === at ? fixedType(type) : type))) });
  });
  current().globals.forEach((_, at) => {
    const globals = current().globals.map((global, i) => (i === at ? { ...global, type: { ...global.type, mutable: false } } : global));
    attempt({ ...current(), globals });
  });
}

export const loosenTypes: Reducer = {
  name: 'loosen-types',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      loosenMentions(current, attempt);
      fixVariables(current, attempt);
    }),
};
