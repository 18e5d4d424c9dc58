/** A module with something of everything, and random instructions in its functions: anything but valid. */
import { randomInstruction } from '#test/support/vandalism.ts';
import type { Random } from '#fuzz/generators/random.ts';
import type { Program } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { EMPTY_MODULE } from '#wasm/syntax/module.ts';
import type { CompositeType, FieldType, StorageType, SubType } from '#wasm/syntax/types.ts';
import { PackedType, ValType, concrete, refType } from '#wasm/syntax/types.ts';

const { i32, i64, anyref, eqref, funcref, externref, exnref } = ValType;
const open = (composite: CompositeType, ...supertypes: number[]): SubType => ({ final: false, supertypes, composite });
const field = (storage: StorageType): FieldType => ({ storage, mutable: true });
const nullable = (type: number): ValType => refType(concrete(type), true);
const nonNull = (type: number): ValType => refType(concrete(type), false);

const RESULTS = [[], [i32], [anyref], [nonNull(1)], [nonNull(6)], [i64, funcref, nonNull(3)], [exnref], [refType(concrete(0), false)]];
const TYPES = [
  [open({ kind: 'func', params: [i32], results: [i32] })],
  [
    open({ kind: 'struct', fields: [field(i32), field(nullable(1))] }),
    open({ kind: 'struct', fields: [field(i32), field(nullable(1)), field(PackedType.i8)] }, 1),
  ],
  [open({ kind: 'array', element: field(anyref) })],
  [open({ kind: 'array', element: field(PackedType.i16) })],
  [open({ kind: 'array', element: field(nonNull(1)) })],
  [open({ kind: 'struct', fields: [field(nonNull(5)), field(nonNull(1)), field(nullable(0))] })],
  ...RESULTS.map((results) => [open({ kind: 'func', params: [eqref], results })]),
  [open({ kind: 'func', params: [i32, anyref], results: [] })],
];
const FIRST_FUNC = 7;
const TAG = FIRST_FUNC + RESULTS.length;
const LOCALS = [i32, i64, anyref, eqref, funcref, externref, exnref, nullable(1), nullable(3), nonNull(1), nonNull(5)];
const limits = { min: 2, max: undefined };

function zooModule(random: Random): Module {
  const expr = (length: number) => Array.from({ length: random.int(0, length) }, () => randomInstruction(random));
  return {
    ...EMPTY_MODULE,
    recGroups: TYPES,
    functions: RESULTS.map((_, i) => ({ typeIndex: FIRST_FUNC + i, locals: LOCALS, body: expr(60) })),
    tables: [funcref, nonNull(1), externref].map((element) => ({ type: { element, limits }, init: expr(4) })),
    memories: [{ limits }],
    tags: [{ typeIndex: TAG }, { typeIndex: FIRST_FUNC }],
    globals: LOCALS.map((type, i) => ({ type: { type, mutable: i % 2 === 0 }, init: expr(8) })),
    elements: [funcref, nonNull(1), externref, anyref].map((type, table) => ({
      type,
      items: [expr(4), expr(4)],
      mode: random.pick([{ kind: 'passive' } as const, { kind: 'active', table, offset: expr(3) } as const]),
    })),
    datas: [{ bytes: new Uint8Array(3), mode: { kind: 'active', memory: 0, offset: expr(3) } }],
    exports: [
      ...RESULTS.map((_, index) => ({ name: `f${index}`, kind: 'func', index }) as const),
      { name: 'global', kind: 'global', index: 2 },
      { name: 'table', kind: 'table', index: 1 },
    ],
    start: 0,
  };
}

export function zoo(random: Random): Program {
  const value = { kind: 'kept', slot: 0 } as const;
  return {
    modules: [{ name: 'm', module: zooModule(random) }],
    steps: [
      { kind: 'instantiate', module: 0 },
      ...RESULTS.map((_, index) => ({ kind: 'call', module: 0, export: `f${index}`, args: [], keep: 0 }) as const),
      { kind: 'setGlobal', module: 0, export: 'global', value },
      { kind: 'setTable', module: 0, export: 'table', index: 1, value },
      { kind: 'growTable', module: 0, export: 'table', by: 3, value },
      { kind: 'release', slot: 0 },
      { kind: 'collect' },
    ],
    schedule: NO_COLLECTIONS,
    collector: DEFAULT_KNOBS,
    limits: DEFAULT_PROGRAM_LIMITS,
  };
}
