/**
 * Element and data segments in code: values and statements that read them, and dropping them. Code remembers in a global what it has dropped, so
 * that a dropped segment is read by mistake only now and then.
 */
import { PackedType, ValType, isPacked, isRefType } from '#wasm/syntax/types.ts';
import type { StorageType } from '#wasm/syntax/types.ts';
import type { Emitter } from './emitter.ts';
import type { StatementProduction, ValueProduction } from './production.ts';
import { drawRange } from './statements.ts';
import { refTo } from './type-table.ts';

const VALUE_DEPTH = 3;
/** A dropped segment is as empty: reading nothing from it is fine. */
const NOTHING = [0, 0] as const;

/** Array types whose elements a segment of this type can initialise. */
function arraysOf(e: Emitter, wanted: ValType, takes: (storage: StorageType) => boolean): readonly number[] {
  const { types } = e.module;
  return types.arraysMatching(wanted).filter((type) => takes(types.array(type).element.storage));
}
const ANY_ARRAY = ValType.arrayref;

interface Pair {
  readonly type: number;
  readonly segment: number;
}
/** Arrays and the element segments that fit them. */
function elementPairs(e: Emitter, wanted: ValType, mutableOnly: boolean): readonly Pair[] {
  const { elements, types } = e.module;
  return elements.flatMap(({ type: from }, segment) =>
    arraysOf(e, wanted, (to) => isRefType(to) && types.matches(from, to as ValType))
      .filter((type) => !mutableOnly || types.array(type).element.mutable)
      .map((type) => ({ type, segment })),
  );
}
/** Arrays of numbers and data segments. */
function dataPairs(e: Emitter, wanted: ValType, mutableOnly: boolean): readonly Pair[] {
  const arrays = arraysOf(e, wanted, (storage) => !isRefType(storage)).filter((type) => !mutableOnly || e.module.types.array(type).element.mutable);
  return e.module.datas.flatMap((_, segment) => arrays.map((type) => ({ type, segment })));
}

/** Elements that an array of this type can take from a data segment. */
function elementsInData(e: Emitter, { type, segment }: Pair): number {
  return Math.floor(e.module.datas[segment]!.bytes.length / bytesOf(e.module.types.array(type).element.storage));
}
function bytesOf(storage: StorageType): number {
  if (isPacked(storage)) return storage === PackedType.i8 ? 1 : 2;
  return storage === ValType.v128 ? 16 : storage === ValType.i64 || storage === ValType.f64 ? 8 : 4;
}

/** Whether reading more than nothing from an element segment succeeds: only passive ones keep their contents. */
function isKept(e: Emitter, segment: number): boolean {
  return e.module.elements[segment]!.mode.kind === 'passive';
}

/** Emits one thing, or the other if the segment has been dropped. */
function unlessDropped(e: Emitter, space: 'elem' | 'data', segment: number, results: readonly ValType[], use: () => void, otherwise: () => void): void {
  const flag = e.module.dropFlags[space].get(segment);
  if (flag === undefined || e.risky()) return use();
  e.body.emit('global.get', { global: flag });
  e.body.if({ params: [], results }, otherwise, use);
}
function range(e: Emitter, length: number): void {
  const [from, count] = drawRange(e, length);
  e.body.i32(from);
  e.body.i32(count);
}

export const SEGMENT_VALUES: readonly ValueProduction[] = [
  {
    name: 'array.new_elem',
    weight: 5,
    when: (e, type) => isRefType(type) && elementPairs(e, type, false).some(({ segment }) => fits(e, segment)),
    emit: (e, wanted) => {
      const { type, segment } = e.random.pick(elementPairs(e, wanted, false).filter((pair) => fits(e, pair.segment)));
      const { length } = e.module.elements[segment]!.items;
      const count = Math.min(length, e.settings.arrayLength + e.random.int(0, 2));
      unlessDropped(e, 'elem', segment, [refTo(type)], () => {
        e.body.i32(e.risky() ? length : e.random.int(0, length - count));
        e.body.i32(count);
        e.body.emit('array.new_elem', { type, elem: segment });
      }, () => e.smallest(refTo(type)));
    },
  },
  {
    name: 'array.new_data',
    weight: 5,
    when: (e, type) => isRefType(type) && dataPairs(e, type, false).some((pair) => elementsInData(e, pair) >= e.settings.arrayLength),
    emit: (e, wanted) => {
      const pairs = dataPairs(e, wanted, false).filter((pair) => elementsInData(e, pair) >= e.settings.arrayLength);
      const { type, segment } = e.random.pick(pairs);
      unlessDropped(e, 'data', segment, [refTo(type)], () => {
        e.body.i32(e.risky() ? 1000 : 0);
        e.body.i32(e.settings.arrayLength);
        e.body.emit('array.new_data', { type, data: segment });
      }, () => e.smallest(refTo(type)));
    },
  },
];
function fits(e: Emitter, segment: number): boolean {
  return isKept(e, segment) && e.module.elements[segment]!.items.length >= e.settings.arrayLength;
}

function isDroppable(e: Emitter): boolean {
  return e.module.dropFlags.elem.size + e.module.dropFlags.data.size > 0;
}

export const SEGMENT_STATEMENTS: readonly StatementProduction[] = [
  {
    name: 'array.init_elem',
    weight: 5,
    when: (e) => elementPairs(e, ANY_ARRAY, true).length > 0,
    emit: (e) => {
      const { type, segment } = e.random.pick(elementPairs(e, ANY_ARRAY, true));
      const { length } = e.module.elements[segment]!.items;
      const readable = isKept(e, segment) ? Math.min(length, e.settings.arrayLength) : 0;
      unlessDropped(e, 'elem', segment, [], () => {
        e.valueOf(refTo(type), VALUE_DEPTH);
        e.body.i32(e.random.int(0, e.settings.arrayLength - readable));
        range(e, readable);
        e.body.emit('array.init_elem', { type, elem: segment });
      }, () => e.statements(1, 1));
    },
  },
  {
    name: 'array.init_data',
    weight: 8,
    when: (e) => dataPairs(e, ANY_ARRAY, true).length > 0,
    emit: (e) => {
      const pair = e.random.pick(dataPairs(e, ANY_ARRAY, true));
      const readable = Math.min(elementsInData(e, pair), e.settings.arrayLength);
      unlessDropped(e, 'data', pair.segment, [], () => {
        e.valueOf(refTo(pair.type), VALUE_DEPTH);
        e.body.i32(0);
        e.body.i32(0);
        e.body.i32(e.random.int(0, readable));
        e.body.emit('array.init_data', { type: pair.type, data: pair.segment });
      }, () => e.statements(1, 1));
    },
  },
  {
    name: 'table.init',
    weight: 6,
    when: (e) => tablePairs(e).length > 0,
    emit: (e) => {
      const { table, segment } = e.random.pick(tablePairs(e));
      const room = e.module.tables[table]!.type.limits.min;
      const readable = isKept(e, segment) ? Math.min(e.module.elements[segment]!.items.length, room) : 0;
      const dropped = (): void => initTable(e, table, segment, 0, NOTHING);
      unlessDropped(e, 'elem', segment, [], () => initTable(e, table, segment, room - readable, drawRange(e, readable)), dropped);
    },
  },
  {
    name: 'segment drop',
    weight: 2,
    when: isDroppable,
    emit: (e) => {
      const { elem, data } = e.module.dropFlags;
      const [space, segment, flag] = e.random.pick([
        ...[...elem].map(([segment, global]) => ['elem', segment, global] as const),
        ...[...data].map(([segment, global]) => ['data', segment, global] as const),
      ]);
      e.body.i32(1);
      e.body.emit('global.set', { global: flag });
      if (space === 'elem') e.body.emit('elem.drop', { elem: segment });
      else e.body.emit('data.drop', { data: segment });
    },
  },
];

function tablePairs(e: Emitter): readonly { readonly table: number; readonly segment: number }[] {
  const { elements, tables, types } = e.module;
  return elements.flatMap(({ type }, segment) =>
    tables.flatMap((table, index) => (types.matches(type, table.type.element) ? [{ table: index, segment }] : [])),
  );
}
function initTable(e: Emitter, table: number, segment: number, lastTarget: number, [from, count]: readonly [number, number]): void {
  e.body.i32(e.random.int(0, lastTarget));
  e.body.i32(from);
  e.body.i32(count);
  e.body.emit('table.init', { table, elem: segment });
}
