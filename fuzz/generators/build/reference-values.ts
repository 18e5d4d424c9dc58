/** Productions for values of reference types: making objects, reading them back from wherever they may be, converting, choosing. */
import { HeapType, ValType, heapTypeOf, isConcrete, isDefaultable, isNullable, isPacked, isRefType, unpacked } from '#wasm/syntax/types.ts';
import type { StorageType } from '#wasm/syntax/types.ts';
import type { Emitter } from './emitter.ts';
import type { ValueProduction } from './production.ts';
import { nonNull, orNull, refTo } from './type-table.ts';

const MAX_WRITTEN_OUT = 6;

const structsFor = (e: Emitter, type: ValType): readonly number[] => e.module.types.structsMatching(type);
const arraysFor = (e: Emitter, type: ValType): readonly number[] => e.module.types.arraysMatching(type);

function isHeap(type: ValType, ...heapTypes: readonly HeapType[]): boolean {
  return isRefType(type) && heapTypes.includes(heapTypeOf(type));
}
const { any, eq, i31, extern, func } = HeapType;

/** Emits the reading instruction for packed or plain storage. */
export function getField(e: Emitter, type: number, field: number, storage: StorageType): void {
  if (!isPacked(storage)) e.body.emit('struct.get', { type, field });
  else if (e.random.chance(0.5)) e.body.emit('struct.get_s', { type, field });
  else e.body.emit('struct.get_u', { type, field });
}
export function getElement(e: Emitter, type: number): void {
  if (!isPacked(e.module.types.array(type).element.storage)) e.body.emit('array.get', { type });
  else if (e.random.chance(0.5)) e.body.emit('array.get_s', { type });
  else e.body.emit('array.get_u', { type });
}

/** Making new values. */
const MAKERS: readonly ValueProduction[] = [
  {
    name: 'ref.null',
    weight: 3,
    constant: true,
    when: (_, type) => isRefType(type) && isNullable(type),
    emit: (e, type) => e.body.emit('ref.null', { heapType: heapTypeOf(type) }),
  },
  {
    name: 'ref.i31',
    weight: 5,
    constant: true,
    when: (_, type) => isHeap(type, any, eq, i31),
    emit: (e, _, depth) => {
      e.valueOf(ValType.i32, depth);
      e.body.emit('ref.i31');
    },
  },
  {
    name: 'struct.new',
    weight: 12,
    constant: true,
    when: (e, type) => structsFor(e, type).length > 0,
    emit: (e, wanted, depth) => {
      const type = e.random.pick(structsFor(e, wanted));
      for (const { storage } of e.module.types.struct(type).fields) e.valueOf(unpacked(storage), depth);
      e.body.emit('struct.new', { type });
    },
  },
  {
    name: 'array.new_fixed',
    weight: 6,
    constant: true,
    when: (e, type) => e.settings.arrayLength <= MAX_WRITTEN_OUT && arraysFor(e, type).length > 0,
    emit: (e, wanted, depth) => {
      const type = e.random.pick(arraysFor(e, wanted));
      const length = Math.max(0, e.settings.arrayLength + (e.risky() ? -1 : e.random.int(0, 1)));
      for (let i = 0; i < length; i++) e.valueOf(e.module.types.element(type), depth - 1);
      e.body.emit('array.new_fixed', { type, length });
    },
  },
  {
    name: 'array.new',
    weight: 4,
    constant: true,
    when: (e, type) => arraysFor(e, type).length > 0,
    emit: (e, wanted, depth) => {
      const type = e.random.pick(arraysFor(e, wanted));
      e.valueOf(e.module.types.element(type), depth);
      e.body.i32(e.settings.arrayLength + e.random.int(0, 2));
      e.body.emit('array.new', { type });
    },
  },
  {
    name: 'array.new_default',
    weight: 3,
    constant: true,
    when: (e, type) => arraysFor(e, type).length > 0,
    emit: (e, wanted) => e.smallestArray(e.random.pick(arraysFor(e, wanted)), e.settings.arrayLength + e.random.int(0, 2)),
  },
  {
    name: 'struct.new_default',
    weight: 2,
    constant: true,
    when: (e, type) => defaultableStructs(e, type).length > 0,
    emit: (e, wanted) => e.body.emit('struct.new_default', { type: e.random.pick(defaultableStructs(e, wanted)) }),
  },
  {
    name: 'ref.func',
    weight: 4,
    constant: true,
    when: (e, type) => functionsFor(e, type).length > 0,
    emit: (e, type) => e.body.emit('ref.func', { func: e.random.pick(functionsFor(e, type)).index }),
  },
  {
    name: 'extern.convert_any',
    weight: 4,
    constant: true,
    when: (_, type) => isHeap(type, extern),
    emit: (e, type, depth) => {
      e.valueOf(isNullable(type) ? ValType.anyref : nonNull(ValType.anyref), depth);
      e.body.emit('extern.convert_any');
    },
  },
  {
    name: 'any.convert_extern',
    weight: 2,
    constant: true,
    when: (_, type) => isHeap(type, any),
    emit: (e, type, depth) => {
      e.valueOf(isNullable(type) ? ValType.externref : nonNull(ValType.externref), depth);
      e.body.emit('any.convert_extern');
    },
  },
  {
    name: 'host object',
    weight: 3,
    when: (e, type) => e.module.host('mk') !== undefined && isHeap(type, extern),
    emit: (e, type, depth) =>
      e.coerced(ValType.externref, type, () => {
        e.valueOf(ValType.i32, depth);
        e.call(e.module.host('mk')!);
      }),
  },
];

function defaultableStructs(e: Emitter, type: ValType): readonly number[] {
  return structsFor(e, type).filter((struct) => e.module.types.struct(struct).fields.every(({ storage }) => isDefaultable(storage)));
}
function functionsFor(e: Emitter, type: ValType) {
  if (!isRefType(type) || !(isHeap(type, func) || isConcrete(heapTypeOf(type)))) return [];
  return e.module.functions.filter(({ typeIndex }) => e.module.types.matches(refTo(typeIndex), type));
}

/** Reading values of any type from a place. */
const READERS: readonly ValueProduction[] = [
  {
    name: 'local.get',
    weight: 8,
    when: (e, type) => e.body.variables.some((variable) => e.module.types.canBecome(variable.type, type)),
    emit: (e, type) => {
      const variable = e.random.pick(e.body.variables.filter((each) => e.module.types.canBecome(each.type, type)));
      e.coerced(variable.type, type, () => e.body.emit('local.get', { local: variable.local }));
    },
  },
  {
    name: 'local.tee',
    weight: 2,
    when: (e, type) => e.body.variables.some((variable) => e.module.types.canBecome(variable.type, type)),
    emit: (e, type, depth) => {
      const variable = e.random.pick(e.body.variables.filter((each) => e.module.types.canBecome(each.type, type)));
      e.coerced(variable.type, type, () => {
        e.valueOf(variable.type, depth);
        e.body.emit('local.tee', { local: variable.local });
      });
    },
  },
  {
    name: 'constant global.get',
    weight: 5,
    constant: true,
    when: (e, type) => e.constant && constantGlobals(e, type).length > 0,
    emit: (e, type) => e.body.emit('global.get', { global: e.random.pick(constantGlobals(e, type)) }),
  },
  {
    name: 'global.get',
    weight: 5,
    when: (e, type) => globalsFor(e, type).length > 0,
    emit: (e, type) => {
      const global = e.random.pick(globalsFor(e, type));
      e.coerced(e.module.globals[global]!.type.type, type, () => e.body.emit('global.get', { global }));
    },
  },
  {
    name: 'table.get',
    weight: 4,
    when: (e, type) => tablesFor(e, type).length > 0,
    emit: (e, type) => {
      const table = e.random.pick(tablesFor(e, type));
      const { element, limits } = e.module.tables[table]!.type;
      e.coerced(element, type, () => {
        e.index(limits.min);
        e.body.emit('table.get', { table });
      });
    },
  },
  {
    name: 'struct.get',
    weight: 8,
    when: (e, type) => e.module.types.fieldsFor(type).length > 0,
    emit: (e, wanted, depth) => {
      const { type, field, storage } = e.random.pick(e.module.types.fieldsFor(wanted));
      e.coerced(unpacked(storage), wanted, () => {
        e.valueOf(e.risky() ? orNull(refTo(type)) : refTo(type), depth);
        getField(e, type, field, storage);
      });
    },
  },
  {
    name: 'array.get',
    weight: 8,
    when: (e, type) => e.settings.arrayLength > 0 && e.module.types.arraysFor(type).length > 0,
    emit: (e, wanted, depth) => {
      const type = e.random.pick(e.module.types.arraysFor(wanted));
      e.coerced(e.module.types.element(type), wanted, () => {
        e.valueOf(e.risky() ? orNull(refTo(type)) : refTo(type), depth);
        e.index();
        getElement(e, type);
      });
    },
  },
];

/** Immutable globals that a constant expression may name. */
function constantGlobals(e: Emitter, wanted: ValType): readonly number[] {
  return e.module.globals.flatMap(({ type }, i) =>
    i < e.globalsInScope! && !type.mutable && e.module.types.matches(type.type, wanted) ? [i] : [],
  );
}
function globalsFor(e: Emitter, wanted: ValType): readonly number[] {
  return e.module.globals.flatMap(({ type }, i) => (e.module.types.canBecome(type.type, wanted) ? [i] : []));
}
function tablesFor(e: Emitter, wanted: ValType): readonly number[] {
  return e.module.tables.flatMap(({ type }, i) =>
    type.limits.min > 0 && e.module.types.canBecome(type.element, wanted) ? [i] : [],
  );
}

/** The same value by a longer way, over an instruction that passes it on or a collection. */
const DETOURS: readonly ValueProduction[] = [
  {
    name: 'select',
    weight: 2,
    when: (_, type) => isRefType(type),
    emit: (e, type, depth) => {
      e.valueOf(type, depth);
      e.valueOf(type, depth);
      e.valueOf(ValType.i32, depth - 1);
      e.body.emit('select t', { types: [type] });
    },
  },
  {
    name: 'over a collection',
    weight: 2,
    when: (e, type) => e.module.host('gc') !== undefined && isRefType(type),
    emit: (e, type, depth) => {
      e.valueOf(type, depth);
      e.call(e.module.host('gc')!);
    },
  },
  {
    name: 'from a wider type',
    weight: 3,
    when: (e, type) => isRefType(type) && e.module.types.top(heapTypeOf(type)) === any && !isHeap(type, any),
    emit: (e, type, depth) => e.coerced(ValType.anyref, type, () => e.valueOf(ValType.anyref, depth)),
  },
  {
    name: 'cast',
    weight: 2,
    when: (e, type) => isRefType(type) && e.module.types.top(heapTypeOf(type)) === any,
    emit: (e, type, depth) => {
      e.body.block({ params: [], results: [ValType.anyref] }, () => e.valueOf(type, depth));
      e.cast(type);
    },
  },
  {
    name: 'ref.as_non_null',
    weight: 1,
    when: (_, type) => isRefType(type) && !isNullable(type),
    emit: (e, type, depth) => {
      e.body.block({ params: [], results: [orNull(type)] }, () => e.valueOf(type, depth));
      e.body.emit('ref.as_non_null');
    },
  },
  {
    name: 'by way of the host',
    weight: 1,
    when: (e, type) => e.module.host('id') !== undefined && isRefType(type) && e.module.types.top(heapTypeOf(type)) === any,
    emit: (e, type, depth) =>
      e.coerced(ValType.anyref, type, () => {
        e.valueOf(type, depth);
        e.call(e.module.host('id')!);
      }),
  },
];

export const REFERENCE_VALUES: readonly ValueProduction[] = [...MAKERS, ...READERS, ...DETOURS];
