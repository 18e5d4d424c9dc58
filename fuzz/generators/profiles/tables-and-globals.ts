/**
 * Tables, globals and segments: every table instruction, tables of many types with and without initial values, active, passive and
 * declarative segments whose items are constant expressions, dropped while in use; what the host writes into tables and globals.
 *
 * Built at Module level: binaryen's API reaches neither segments of GC expressions nor `table.init`, `table.fill`, `table.copy` and `elem.drop`.
 */
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { ElementMode } from '#wasm/syntax/module.ts';
import type { ValType as Value } from '#wasm/syntax/types.ts';
import { PackedType, ValType, isNullable } from '#wasm/syntax/types.ts';
import { drawTypes } from '../build/draw-types.ts';
import { constI32 } from '../build/body.ts';
import { NUMBER_VALUES } from '../build/number-values.ts';
import { reweighted } from '../build/production.ts';
import type { Draft } from '../build/profile.ts';
import { profileGenerator } from '../build/profile.ts';
import { REFERENCE_VALUES } from '../build/reference-values.ts';
import { SEGMENT_STATEMENTS, SEGMENT_VALUES } from '../build/segments.ts';
import { STATEMENTS } from '../build/statements.ts';
import { TABLE_STATEMENTS, TABLE_VALUES } from '../build/tables.ts';
import { nonNull, refOrNull, refTo } from '../build/type-table.ts';

const { i32, anyref, eqref, i31ref, externref, funcref, exnref, nullref, nullfuncref, nullexternref, structref, arrayref } = ValType;
/** Whose only value is null. */
const BOTTOMS: readonly Value[] = [nullref, nullfuncref, nullexternref];
const ITEM_DEPTH = 2;

/** Types of tables and globals. */
function drawType({ module, random }: Draft): Value {
  const { structs, arrays } = module.types;
  return random.weighted<() => Value>([
    [4, () => random.pick([anyref, eqref])],
    [2, () => random.pick([i31ref, structref, arrayref])],
    [3, () => refOrNull(random.pick(structs))],
    [3, () => refOrNull(random.pick(arrays))],
    [2, () => random.pick([externref, funcref])],
    [3, () => random.pick([exnref, ...BOTTOMS])],
  ])();
}

/** Whether there are values of the type, other than null, that can be written down. */
function hasValues(type: Value): boolean {
  return type !== exnref && !BOTTOMS.includes(type);
}

/** A constant in an extended way as often as not. */
function offset({ random }: Draft, value: number): Expr {
  if (random.chance(0.6)) return constI32(value);
  const part = random.int(-3, 3);
  return [...constI32(value - part), ...constI32(part), { op: Op['i32.add'] }];
}

function addGlobals(draft: Draft): void {
  const { module, random, constant } = draft;
  for (let count = random.int(1, 5); count > 0; count--) {
    const type = drawType(draft);
    module.addGlobal(type, random.chance(0.6), constant(type, ITEM_DEPTH + 1));
  }
  // Null exceptions can be written down; others cannot.
  if (random.chance(0.3)) module.addGlobal(exnref, false, constant(exnref, 1));
}

function addTables(draft: Draft): void {
  const { module, random, constant } = draft;
  for (let count = random.int(1, 4); count > 0; count--) {
    // As often as not two tables are of one type, so that there is something to copy between them.
    const type = module.tables.length > 0 && random.chance(0.4) ? random.pick(module.tables).type.element : drawType(draft);
    const min = random.weighted([[1, 0], [5, random.int(1, 6)], [2, random.int(7, 20)], [1, 300]]);
    const max = random.chance(0.5) ? undefined : min + random.int(0, 8);
    const wantsInit = !isNullable(type) || (hasValues(type) && random.chance(0.4));
    const element = wantsInit && random.chance(0.5) ? nonNull(type) : type;
    const init = wantsInit ? constant(element, ITEM_DEPTH, module.importedGlobals) : undefined;
    module.addTable(element, { min, max }, init);
  }
  if (random.chance(0.5)) addCallTable(draft);
}

/** A table of functions that can all be called without looking. */
function addCallTable({ module, random }: Draft): void {
  const callees = Array.from({ length: random.int(1, 3) }, (_, i) =>
    module.add({ params: [], results: [i32] }, (body) => body.i32(i)),
  );
  const { typeIndex, index } = callees[0]!;
  const table = module.addTable(refTo(typeIndex), { min: 4, max: undefined }, [{ op: Op['ref.func'], func: index }]);
  const items = callees.map(({ index: func }): Expr => [{ op: Op['ref.func'], func }]);
  module.addElement(refTo(typeIndex), items, { kind: 'active', table, offset: constI32(1) });
}

function drawMode(draft: Draft, length: number, type: Value): ElementMode {
  const { module, random } = draft;
  const targets = module.tables.flatMap((table, i) => (module.types.matches(type, table.type.element) ? [i] : []));
  const kind = random.weighted([[5, 'passive'], [targets.length > 0 ? 3 : 0, 'active'], [1, 'declarative']] as const);
  if (kind !== 'active') return { kind };
  const table = random.pick(targets);
  const room = module.tables[table]!.type.limits.min - length;
  if (room < 0 && !random.chance(0.03)) return { kind: 'passive' };
  return { kind: 'active', table, offset: offset(draft, Math.max(0, random.int(0, Math.max(0, room)))) };
}

function addSegments(draft: Draft): void {
  const { module, random, constant } = draft;
  for (let count = random.int(1, 5); count > 0; count--) {
    const wide = random.chance(0.5) ? module.tables[random.int(0, module.tables.length - 1)]!.type.element : drawType(draft);
    const type = isNullable(wide) && hasValues(wide) && random.chance(0.3) ? nonNull(wide) : wide;
    const items = Array.from({ length: random.int(0, 7) }, () => constant(type, ITEM_DEPTH));
    const segment = module.addElement(type, items, drawMode(draft, items.length, type));
    if (random.chance(0.5)) module.dropFlags.elem.set(segment, module.addGlobal(i32, true, constI32(0)));
  }
  for (let count = random.int(0, 2); count > 0; count--) {
    const bytes = Uint8Array.from({ length: random.int(0, 40) }, () => random.int(0, 255));
    const segment = module.addData(bytes, { kind: 'passive' });
    if (random.chance(0.3)) module.dropFlags.data.set(segment, module.addGlobal(i32, true, constI32(0)));
  }
}

export const tablesAndGlobals = profileGenerator({
  name: 'tables-and-globals',
  version: 3,
  summary: 'tables, globals and segments of references, written by the module and by the host',
  grammar: {
    values: [...reweighted(REFERENCE_VALUES, { 'table.get': 16, 'global.get': 12 }), ...NUMBER_VALUES, ...SEGMENT_VALUES, ...TABLE_VALUES],
    statements: [...reweighted(STATEMENTS, { 'global.set': 12, 'struct.set': 4, 'array.set': 4 }), ...SEGMENT_STATEMENTS, ...TABLE_STATEMENTS],
  },
  imports: ['gc', 'id', 'idf', 'mk', 'val'],
  arrayLength: (random) => random.weighted([[1, 0], [6, random.int(1, 4)], [1, random.int(5, 7)]]),
  risk: 0.01,
  room: 180,
  types: (module, random) =>
    drawTypes(module, random, {
      groups: 2,
      groupSize: 2,
      fields: 2,
      leaves: [[3, i32], [2, PackedType.i8], [1, PackedType.i16], [1, ValType.i64], [1, funcref], [2, externref]],
    }),
  library: true,
  define: (draft) => {
    addGlobals(draft);
    addTables(draft);
    addSegments(draft);
  },
});
