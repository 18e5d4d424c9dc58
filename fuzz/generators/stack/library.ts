/**
 * A module that others import from: globals, tables, tags and functions, all of them places through which references leave one
 * instance for another. What `make` makes is of a type that only the library knows.
 */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { ProgramModule } from '#fuzz/program/program.ts';
import type { ValType as Value } from '#wasm/syntax/types.ts';
import { HeapType, ValType } from '#wasm/syntax/types.ts';
import type { Signature } from '../build/body.ts';
import type { FunctionEntry } from '../build/module-builder.ts';
import { ModuleBuilder } from '../build/module-builder.ts';
import type { Random } from '../random.ts';

export const LIBRARY = 'lib';
export const TABLE_ENTRIES = 4;

const { i32, i64, anyref, eqref, externref } = ValType;
const NOTHING: Signature = { params: [], results: [] };

export const LIBRARY_GLOBALS = {
  any: { type: anyref, mutable: true },
  host: { type: externref, mutable: true },
  constant: { type: anyref, mutable: false },
} as const;
export const LIBRARY_TABLES = { values: anyref, hosts: externref } as const;
export const LIBRARY_TAGS = { thrown: [externref], pair: [anyref, i32] } as const satisfies Record<string, readonly Value[]>;
export const LIBRARY_FUNCTIONS = {
  make: { params: [], results: [anyref] },
  through: { params: [anyref], results: [anyref] },
  swap: { params: [externref, externref], results: [externref, externref] },
  raise: { params: [externref], results: [] },
  back: NOTHING,
} as const satisfies Record<string, Signature>;

const nothing = (heapType: HeapType): Instruction => ({ op: Op['ref.null'], heapType });
const number = (value: number): Instruction => ({ op: Op['i32.const'], value });

export function drawLibrary(random: Random): ProgramModule {
  const module = new ModuleBuilder();
  module.importHost('gc', 'mk', 'cb');
  const fields = [i32, eqref, i64].map((storage) => ({ storage, mutable: true }));
  const type = module.types.define([{ final: random.chance(0.5), supertypes: [], composite: { kind: 'struct', fields } }]);
  const object = (next: Expr): Expr => [number(random.int(0, 99)), ...next, { op: Op['i64.const'], value: 5n }, { op: Op['struct.new'], type }];

  const initial: Readonly<Record<keyof typeof LIBRARY_GLOBALS, Expr>> = {
    any: object([nothing(HeapType.none)]),
    host: random.chance(0.5) ? [nothing(HeapType.extern)] : [number(random.int(-9, 9)), { op: Op['ref.i31'] }, { op: Op['extern.convert_any'] }],
    constant: object(object([nothing(HeapType.none)])),
  };
  for (const [name, global] of Object.entries(LIBRARY_GLOBALS)) {
    module.export(name, 'global', module.addGlobal(global.type, global.mutable, initial[name as keyof typeof LIBRARY_GLOBALS]));
  }
  for (const [name, element] of Object.entries(LIBRARY_TABLES)) {
    module.export(name, 'table', module.addTable(element, { min: TABLE_ENTRIES, max: 3 * TABLE_ENTRIES }));
  }
  const tags = Object.entries(LIBRARY_TAGS).map(([name, params]) => {
    const tag = module.addTag(params);
    module.export(name, 'tag', tag);
    return tag;
  });

  const add = (name: keyof typeof LIBRARY_FUNCTIONS, write: Parameters<ModuleBuilder['add']>[1]): FunctionEntry => {
    const entry = module.add(LIBRARY_FUNCTIONS[name], write);
    module.export(name, 'func', entry.index);
    return entry;
  };
  const collects = random.chance(0.7);
  const call = (name: 'gc' | 'cb'): Instruction => ({ op: Op.call, func: module.host(name)!.index });
  const collection = collects ? [call('gc')] : [];
  add('make', ({ code }) => code.push(...object(object([nothing(HeapType.none)])), ...collection));
  add('through', ({ code }) => code.push(...object([nothing(HeapType.none)]), { op: Op['global.set'], global: 0 }, ...collection, { op: Op['local.get'], local: 0 }));
  add('swap', ({ code }) => code.push({ op: Op['local.get'], local: 1 }, { op: Op['local.get'], local: 0 }, ...collection));
  add('raise', ({ code }) => code.push({ op: Op['local.get'], local: 0 }, ...collection, { op: Op.throw, tag: tags[0]! }));
  // The host calls the library's own `cb`, while frames of the importing module wait two activations below.
  add('back', ({ code }) => code.push(...object([nothing(HeapType.none)]), call('cb'), { op: Op.drop }));
  const callback = module.add(NOTHING, ({ code }) => code.push(...object([nothing(HeapType.none)]), ...collection, { op: Op.drop }));
  module.export('cb', 'func', callback.index);
  return { name: LIBRARY, module: module.build() };
}

/** Imports everything; to be called before anything is defined. */
export function importLibrary(module: ModuleBuilder): LibraryImports {
  const functions = Object.fromEntries(
    Object.entries(LIBRARY_FUNCTIONS).map(([name, signature]) => [name, module.importFunction(LIBRARY, name, signature)]),
  ) as LibraryImports;
  for (const [name, type] of Object.entries(LIBRARY_GLOBALS)) module.importGlobal(LIBRARY, name, type);
  for (const [name, element] of Object.entries(LIBRARY_TABLES)) {
    module.importTable(LIBRARY, name, { element, limits: { min: TABLE_ENTRIES, max: 3 * TABLE_ENTRIES } });
  }
  for (const [name, params] of Object.entries(LIBRARY_TAGS)) module.importTag(LIBRARY, name, params);
  return functions;
}
export type LibraryImports = Readonly<Record<keyof typeof LIBRARY_FUNCTIONS, FunctionEntry>>;
