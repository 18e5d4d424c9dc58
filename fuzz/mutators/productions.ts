/**
 * Instruction sequences to insert, as a table: what a sequence needs of the module and how often it is wanted. Operands that a
 * row leaves out are supplied by `fixup`, from locals where it can.
 */
import type { Random, Weighted } from '#fuzz/generators/random.ts';
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { ValType } from '#wasm/syntax/types.ts';
import { HeapType, concrete, heapTypeOf, isConcrete, isRefType } from '#wasm/syntax/types.ts';
import type { ModuleView } from './module-view.ts';

export interface Site {
  readonly view: ModuleView;
  /** Types of parameters and locals of the function. */
  readonly locals: readonly ValType[];
  readonly random: Random;
}
/** @returns nothing when the module has not what it takes */
export type Production = (site: Site) => Expr | undefined;

const MAX_INDEX = 4;
/** Chance of an index to be beyond the end of anything. */
const BEYOND = 0.05;

function i32(value: number): Instruction {
  return { op: Op['i32.const'], value };
}
function index({ random }: Site): Instruction {
  return i32(random.chance(BEYOND) ? -1 : random.int(0, random.int(0, MAX_INDEX)));
}
function some<T>(items: readonly T[], { random }: Site): T | undefined {
  return items.length === 0 ? undefined : random.pick(items);
}
function below(count: number, { random }: Site): number | undefined {
  return count === 0 ? undefined : random.int(0, count - 1);
}

/** Reads a local of exactly this concrete type, or a global. */
function readOf(type: number, { view, locals, random }: Site): Instruction | undefined {
  const isIt = (held: ValType): boolean => isRefType(held) && heapTypeOf(held) === concrete(type);
  const reads: Instruction[] = [
    ...locals.flatMap((held, local) => (isIt(held) ? [{ op: Op['local.get'], local } as const] : [])),
    ...view.globals.flatMap((held, global) => (isIt(held.type) ? [{ op: Op['global.get'], global } as const] : [])),
  ];
  return reads.length === 0 ? undefined : random.pick(reads);
}

// --- Arrays and structs ------------------------------------------------------------------------------------

/** Copies an array onto itself, in a chosen direction. */
const selfCopy: Production = (site) => {
  const type = some(site.view.refArrays, site);
  const array = type === undefined ? undefined : readOf(type, site);
  if (type === undefined || array === undefined) return undefined;
  const [to, from] = site.random.pick([[0, 0], [1, 0], [0, 1], [0, 0], [0, 2]] as const);
  const length = site.random.weighted([[4, 1], [2, 2], [1, 3], [1, 0]]);
  return [array, i32(to), array, i32(from), i32(length), { op: Op['array.copy'], type, sourceType: type }];
};
/** Puts an array into itself. */
const ownElement: Production = (site) => {
  const type = some(site.view.refArrays, site);
  const array = type === undefined ? undefined : readOf(type, site);
  return type === undefined || array === undefined ? undefined : [array, index(site), array, { op: Op['array.set'], type }];
};
/** Moves an element of an array to another place of it. */
const moveElement: Production = (site) => {
  const type = some(site.view.refArrays, site);
  const array = type === undefined ? undefined : readOf(type, site);
  if (type === undefined || array === undefined) return undefined;
  return [array, index(site), array, index(site), { op: Op['array.get'], type }, { op: Op['array.set'], type }];
};
const arrayOperation: Production = (site) => {
  const type = some(site.view.arrays, site);
  if (type === undefined) return undefined;
  const sourceType = some(site.view.arrays, site)!;
  return site.random.pick<Expr>([
    [i32(site.random.int(0, MAX_INDEX)), { op: Op['array.new_default'], type }],
    [{ op: Op['array.new'], type }],
    [{ op: Op['array.new_fixed'], type, length: site.random.int(0, MAX_INDEX) }],
    [{ op: Op['array.get'], type }],
    [{ op: Op['array.set'], type }],
    [{ op: Op['array.fill'], type }],
    [{ op: Op['array.copy'], type, sourceType }],
    [{ op: Op['array.new_elem'], type, elem: 0 }],
    [{ op: Op['array.init_elem'], type, elem: 0 }],
    [{ op: Op['array.len'] }],
  ]);
};
const structOperation: Production = (site) => {
  const type = some(site.view.structs, site);
  if (type === undefined) return undefined;
  const field = below(site.view.fields(type).length, site) ?? 0;
  return site.random.pick<Expr>([
    [{ op: Op['struct.new_default'], type }],
    [{ op: Op['struct.new'], type }],
    [{ op: Op['struct.get'], type, field }],
    [{ op: Op['struct.set'], type, field }],
  ]);
};

// --- Places ------------------------------------------------------------------------------------------------

/** Writes what is on the stack to a local, or reads one. */
const localOperation: Production = (site) => {
  const local = below(site.locals.length, site);
  if (local === undefined) return undefined;
  return [{ op: site.random.pick([Op['local.get'], Op['local.get'], Op['local.set'], Op['local.tee']]), local }];
};
const globalOperation: Production = (site) => {
  const global = below(site.view.globals.length, site);
  return global === undefined ? undefined : [{ op: site.random.pick([Op['global.get'], Op['global.set']]), global }];
};
const tableOperation: Production = (site) => {
  const { tables } = site.view;
  const table = below(tables.length, site);
  if (table === undefined) return undefined;
  const sourceTable = site.random.chance(0.7) ? table : site.random.int(0, tables.length - 1);
  return site.random.pick<Expr>([
    [index(site), { op: Op['table.get'], table }],
    [{ op: Op['table.set'], table }],
    [{ op: Op['table.fill'], table }],
    [{ op: Op['table.grow'], table }],
    [{ op: Op['table.size'], table }],
    [index(site), index(site), index(site), { op: Op['table.copy'], table, sourceTable }],
    [index(site), index(site), index(site), { op: Op['table.init'], table, elem: 0 }],
    [{ op: Op['elem.drop'], elem: 0 }],
  ]);
};

// --- References, calls, control ----------------------------------------------------------------------------

const HEAP_TYPES = [HeapType.any, HeapType.eq, HeapType.i31, HeapType.struct, HeapType.array, HeapType.none];

const referenceOperation: Production = (site) => {
  const type = below(site.view.types.length, site);
  const heapType = type === undefined || site.random.chance(0.5) ? site.random.pick(HEAP_TYPES) : concrete(type);
  return site.random.pick<Expr>([
    [{ op: Op['ref.null'], heapType: isConcrete(heapType) ? heapType : HeapType.none }],
    [index(site), { op: Op['ref.i31'] }],
    [{ op: Op['ref.cast null'], heapType }],
    [{ op: Op['ref.test'], heapType }],
    [{ op: Op['ref.is_null'] }],
    [{ op: Op['ref.eq'] }],
    [{ op: Op['ref.as_non_null'] }],
    [{ op: Op['extern.convert_any'] }, { op: Op['any.convert_extern'] }],
  ]);
};
/** A collection while operands are on the stack. */
const collect: Production = ({ view }) => {
  const func = view.hostFunction('gc');
  return func < 0 ? undefined : [{ op: Op.call, func }];
};
const call: Production = (site) => {
  const func = below(site.view.functions.length, site);
  return func === undefined ? undefined : [{ op: Op.call, func }];
};
const block: Production = ({ random }) => [{ op: random.pick([Op.block, Op.if]), blockType: { kind: 'empty' } }];
const branch: Production = ({ random }) => [{ op: random.pick([Op.br_if, Op.br_on_null, Op.br_on_non_null]), label: random.int(0, 2) }];
const guarded: Production = (site) => {
  const tag = below(site.view.tags, site);
  if (tag === undefined) return undefined;
  const catches = [site.random.pick([{ kind: 'catch_all', label: 0 }, { kind: 'catch_all_ref', label: 0 }, { kind: 'catch', tag, label: 0 }] as const)];
  return [
    { op: Op.block, blockType: { kind: 'empty' } },
    { op: Op.try_table, blockType: { kind: 'empty' }, catches },
    { op: Op.throw, tag },
    { op: Op.end },
    { op: Op.end },
  ];
};
const drop: Production = () => [{ op: Op.drop }];

export const PRODUCTIONS: Weighted<Production> = [
  [5, selfCopy],
  [3, ownElement],
  [3, moveElement],
  [5, arrayOperation],
  [5, structOperation],
  [4, localOperation],
  [4, globalOperation],
  [4, tableOperation],
  [4, referenceOperation],
  [4, collect],
  [2, call],
  [1, block],
  [1, branch],
  [2, guarded],
  [1, drop],
];

const ALIASING: ReadonlySet<Production> = new Set([selfCopy, ownElement, moveElement]);
export const UNALIASED_PRODUCTIONS = PRODUCTIONS.filter(([, production]) => !ALIASING.has(production));
