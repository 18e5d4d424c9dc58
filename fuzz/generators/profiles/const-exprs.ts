/**
 * Constant expressions: allocations nested in initial values of globals and tables and in items of segments, extended arithmetic,
 * globals that name earlier ones or those of another module; some too large for any heap. Collections between the
 * allocations come from the schedule.
 *
 * Built at Module level: binaryen's API does not reach segments of GC expressions, and every module here has types of its own, which binaryen keeps for ever.
 */
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { ValType as Value } from '#wasm/syntax/types.ts';
import { PackedType, ValType } from '#wasm/syntax/types.ts';
import { ALL_LEAVES, drawTypes } from '../build/draw-types.ts';
import { constI32 } from '../build/body.ts';
import { NUMBER_VALUES } from '../build/number-values.ts';
import { reweighted } from '../build/production.ts';
import type { Draft } from '../build/profile.ts';
import { profileGenerator } from '../build/profile.ts';
import { REFERENCE_VALUES } from '../build/reference-values.ts';
import { SEGMENT_STATEMENTS, SEGMENT_VALUES } from '../build/segments.ts';
import { STATEMENTS } from '../build/statements.ts';
import { TABLE_STATEMENTS, TABLE_VALUES } from '../build/tables.ts';
import { refOrNull, refTo } from '../build/type-table.ts';
import { vastLength } from '../build/vast-lengths.ts';

const DEPTH = 3;
const WIDE = [40, 300, 1100];

/** Types of globals: mostly ones whose values must be allocated. */
function drawType({ module, random }: Draft): Value {
  const { structs, arrays } = module.types;
  return random.weighted<() => Value>([
    [5, () => refTo(random.pick(structs))],
    [5, () => refTo(random.pick(arrays))],
    [2, () => refOrNull(random.pick([...structs, ...arrays]))],
    [2, () => random.pick([ValType.anyref, ValType.eqref])],
    [1, () => random.pick([ValType.externref, ValType.funcref, ValType.exnref])],
    [2, () => random.pick([ValType.i32, ValType.i64, ValType.v128])],
  ])();
}

/** A long array, all of whose elements are one value. */
function wideArray(draft: Draft, type: number): Expr {
  const { module, random, constant } = draft;
  const element = constant(module.types.element(type), 2);
  return [...element, ...constI32(random.pick(WIDE)), { op: Op['array.new'], type }];
}

function addGlobals(draft: Draft): void {
  const { module, random, constant } = draft;
  for (let count = random.int(2, 5); count > 0; count--) {
    const mutable = random.chance(0.35);
    if (random.chance(0.1)) {
      const type = random.pick(module.types.arrays);
      module.addGlobal(refTo(type), mutable, wideArray(draft, type));
      continue;
    }
    const type = drawType(draft);
    module.addGlobal(type, mutable, constant(type, DEPTH + 1));
  }
}

function addTables(draft: Draft): void {
  const { module, random, constant } = draft;
  for (let count = random.int(1, 2); count > 0; count--) {
    const element = random.pick([ValType.anyref, ValType.eqref, refTo(random.pick(module.types.structs)), refTo(random.pick(module.types.arrays))]);
    const min = random.int(1, 8);
    const init = constant(element, DEPTH, module.importedGlobals);
    const table = module.addTable(element, { min, max: min + 20 }, init);
    const items = Array.from({ length: random.int(0, min) }, () => constant(element, 2));
    module.addElement(element, items, { kind: 'active', table, offset: [...constI32(min), ...constI32(items.length), { op: Op['i32.sub'] }] });
  }
}

function addSegments(draft: Draft): void {
  const { module, random, constant } = draft;
  for (let count = random.int(1, 4); count > 0; count--) {
    const type = random.pick([
      ValType.anyref,
      ValType.eqref,
      ValType.exnref,
      refTo(random.pick(module.types.structs)),
      refTo(random.pick(module.types.arrays)),
    ]);
    const items = Array.from({ length: random.int(1, 4) }, () => constant(type, 2));
    const segment = module.addElement(type, items, { kind: 'passive' });
    if (random.chance(0.3)) module.dropFlags.elem.set(segment, module.addGlobal(ValType.i32, true, constI32(0)));
  }
}

/** A global whose value cannot be allocated: instantiation traps. */
function addImpossible({ module, random }: Draft): void {
  const storage = random.pick([PackedType.i8, PackedType.i16, ValType.i32, ValType.i64, ValType.v128, ValType.anyref]);
  const type = module.types.define([{ final: true, supertypes: [], composite: { kind: 'array', element: { storage, mutable: true } } }]);
  module.addGlobal(refTo(type), false, [...constI32(vastLength(random, storage)), { op: Op['array.new_default'], type }]);
}

export const constExprs = profileGenerator({
  name: 'const-exprs',
  version: 3,
  summary: 'allocations nested in constant expressions of globals, tables and segments',
  grammar: {
    values: [
      ...reweighted(REFERENCE_VALUES, { 'struct.new': 20, 'array.new_fixed': 12, 'constant global.get': 8, 'table.get': 8, 'global.get': 12 }),
      ...reweighted(NUMBER_VALUES, { arithmetic: 8 }),
      ...SEGMENT_VALUES,
      ...TABLE_VALUES,
    ],
    statements: [...STATEMENTS, ...SEGMENT_STATEMENTS, ...reweighted(TABLE_STATEMENTS, { 'table.set': 3, 'table.fill': 2, 'table.grow': 2, 'table.copy': 3 })],
  },
  imports: ['gc', 'mk'],
  arrayLength: (random) => random.weighted([[1, 0], [6, random.int(1, 3)], [1, 6]]),
  risk: 0.01,
  room: 110,
  types: (module, random) => drawTypes(module, random, { groups: 2, groupSize: 2, fields: 3, leaves: ALL_LEAVES }),
  library: true,
  define: (draft) => {
    draft.module.addMemory({ min: 1, max: 1 });
    addGlobals(draft);
    addTables(draft);
    addSegments(draft);
    if (draft.random.chance(0.08)) addImpossible(draft);
  },
});
