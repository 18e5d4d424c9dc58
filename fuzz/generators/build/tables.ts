/** Productions for tables: writing, filling, growing, copying within and between them, calling through them. */
import { HeapType, ValType, concrete, heapTypeOf, isConcrete, refType } from '#wasm/syntax/types.ts';
import type { Emitter } from './emitter.ts';
import type { FunctionEntry } from './module-builder.ts';
import type { StatementProduction, ValueProduction } from './production.ts';
import type { Ranges, Relation } from '../ranges.ts';
import { BY_CHANCE, MOVING, drawRanges } from '../ranges.ts';
import type { Weighted } from '../random.ts';
import { drawRange } from './statements.ts';
import { tableOutOfBounds } from './traps.ts';

const I31 = refType(HeapType.i31, false);
const VALUE_DEPTH = 3;
const MAX_GROWTH = 6;
/** Chance of a copy to be out of bounds, in modules that may trap. */
const BEYOND = 0.03;
const MOVING_OR_NOT: Weighted<Relation> = [...MOVING, [1, 'empty'], [2, 'any']];

function pickTable(e: Emitter): number {
  return e.random.int(0, e.module.tables.length - 1);
}
function typeOf(e: Emitter, table: number) {
  return e.module.tables[table]!.type;
}
const aliases = ({ settings }: Emitter): boolean => settings.aliasing !== false;
const anyTable = (e: Emitter): boolean => e.module.tables.length > 0;

export const TABLE_STATEMENTS: readonly StatementProduction[] = [
  {
    name: 'table.set',
    weight: 7,
    when: anyTable,
    emit: (e) => {
      const table = pickTable(e);
      const { element, limits } = typeOf(e, table);
      if (limits.min === 0 && !e.risky()) return;
      e.index(limits.min);
      e.valueOf(element, VALUE_DEPTH);
      e.body.emit('table.set', { table });
    },
  },
  {
    name: 'table.fill',
    weight: 5,
    when: anyTable,
    emit: (e) => {
      const table = pickTable(e);
      const { element, limits } = typeOf(e, table);
      const [from, count] = drawRange(e, limits.min);
      e.body.i32(from);
      e.valueOf(element, VALUE_DEPTH);
      e.body.i32(count);
      e.body.emit('table.fill', { table });
    },
  },
  {
    name: 'table.grow',
    weight: 4,
    when: anyTable,
    emit: (e) => {
      const table = pickTable(e);
      e.valueOf(typeOf(e, table).element, VALUE_DEPTH);
      e.body.i32(e.risky() ? -1 : e.random.int(0, MAX_GROWTH));
      e.body.emit('table.grow', { table });
      e.body.emit('drop');
    },
  },
  {
    name: 'table.copy',
    weight: 9,
    when: anyTable,
    emit: (e) => {
      const table = pickTable(e);
      const others = sourcesOf(e, table).filter((source) => source !== table);
      const sourceTable = others.length === 0 || e.random.chance(0.5) ? table : e.random.pick(others);
      const { to, from, length } = drawCopy(e, table, sourceTable);
      if (length > 0 && aliases(e) && e.random.chance(0.7)) plant(e, sourceTable, from, length);
      e.body.i32(to);
      e.body.i32(from);
      e.body.i32(length);
      e.body.emit('table.copy', { table, sourceTable });
    },
  },
  {
    name: 'table out of bounds',
    weight: 2,
    when: (e) => e.settings.risk > 0 && anyTable(e),
    emit: tableOutOfBounds,
  },
];
/** Tables that may be copied from, itself among them. */
function sourcesOf(e: Emitter, table: number): readonly number[] {
  const to = typeOf(e, table).element;
  return e.module.tables.flatMap(({ type }, i) => (e.module.types.matches(type.element, to) ? [i] : []));
}

/** Ranges by relation within one table, and any between two. */
function drawCopy(e: Emitter, table: number, sourceTable: number): Ranges {
  const room = typeOf(e, table).limits.min;
  if (e.settings.risk > 0 && e.random.chance(BEYOND)) return drawRanges(e.random, [[1, 'outOfBounds']], room);
  if (table === sourceTable) return drawRanges(e.random, aliases(e) ? MOVING_OR_NOT : BY_CHANCE, room);
  const [from, length] = drawRange(e, Math.min(room, typeOf(e, sourceTable).limits.min));
  return { to: e.random.int(0, Math.max(0, room - length)), from, length };
}

/** Puts something new into a range, or reads something out of it, which leaves it to slot and stack. */
function plant(e: Emitter, table: number, from: number, length: number): void {
  const last = Math.min(from + length, typeOf(e, table).limits.min) - 1;
  if (from < 0 || last < from) return;
  const index = e.random.int(from, last);
  e.body.i32(index);
  if (e.random.chance(0.7)) {
    const { element } = typeOf(e, table);
    if (e.module.types.matches(I31, element) && e.random.chance(0.3)) e.i31();
    else e.valueOf(element, VALUE_DEPTH);
    e.body.emit('table.set', { table });
    if (e.random.chance(0.5)) return;
    e.body.i32(index);
  }
  e.body.emit('table.get', { table });
  e.body.emit('drop');
}

export const TABLE_VALUES: readonly ValueProduction[] = [
  {
    name: 'table.grow',
    weight: 1,
    when: (e, type) => type === ValType.i32 && anyTable(e),
    emit: (e, _, depth) => {
      const table = pickTable(e);
      e.valueOf(typeOf(e, table).element, depth);
      e.body.i32(e.random.int(0, 2));
      e.body.emit('table.grow', { table });
    },
  },
  {
    name: 'call_indirect',
    weight: 3,
    when: (e, type) => callees(e, type).length > 0,
    emit: (e, type, depth) => {
      const { table, callee } = e.random.pick(callees(e, type));
      for (const param of callee.params) e.valueOf(param, depth);
      e.index(typeOf(e, table).limits.min);
      e.body.emit('call_indirect', { type: callee.typeIndex, table });
    },
  },
];

/** Functions that return a value of this type, with a table in which nothing but functions of their type can be. */
function callees(e: Emitter, wanted: ValType): readonly { readonly table: number; readonly callee: FunctionEntry }[] {
  const { functions, tables, types } = e.module;
  return tables.flatMap(({ type: { element, limits } }, table) => {
    const heapType = heapTypeOf(element);
    if (!isConcrete(heapType) || limits.min === 0 || types.top(heapType) !== HeapType.func) return [];
    const callee = functions.find(({ typeIndex }) => concrete(typeIndex) === heapType);
    return callee?.results.length === 1 && types.matches(callee.results[0]!, wanted) ? [{ table, callee }] : [];
  });
}
