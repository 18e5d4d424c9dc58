/**
 * Traps on purpose, one of every kind: a trap unwinds frames whose references nobody will use again. Whatever else may trap by
 * chance is kept rare, so that most cases run to their end.
 */
import { HeapType, ValType, concrete, isRefType } from '#wasm/syntax/types.ts';
import type { Emitter } from './emitter.ts';
import type { StatementProduction } from './production.ts';
import { getElement } from './reference-values.ts';
import { vastLength } from './vast-lengths.ts';

const { i32, i64, f32 } = ValType;
const VALUE_DEPTH = 2;
/** Chance that a trap is written where one may be. */
const CHANCE = 0.25;

/** One way to trap. Leaves nothing on the operand stack, as far as validation is concerned. */
interface Way {
  readonly name: string;
  readonly weight: number;
  /** Whether it needs no more than references to functions and host objects. */
  readonly plain?: true;
  readonly when: (e: Emitter) => boolean;
  readonly emit: (e: Emitter) => void;
}
const always = (): boolean => true;

const BEYOND_I64 = { f32: 0x7f00_0000, f64: 0x47ef_ffff_e000_0000n };
const NAN = { f32: 0x7fc0_0000, f64: 0x7ff8_0000_0000_0000n };

function truncate(e: Emitter, { f32: single, f64: double }: { readonly f32: number; readonly f64: bigint }): void {
  if (e.random.chance(0.5)) {
    e.body.emit('f32.const', { bits: single });
    e.body.emit(e.random.pick(['i32.trunc_f32_s', 'i32.trunc_f32_u', 'i64.trunc_f32_s', 'i64.trunc_f32_u'] as const));
  } else {
    e.body.emit('f64.const', { bits: double });
    e.body.emit(e.random.pick(['i32.trunc_f64_s', 'i32.trunc_f64_u', 'i64.trunc_f64_s', 'i64.trunc_f64_u'] as const));
  }
  e.body.emit('drop');
}

const NUMERIC: readonly Way[] = [
  { name: 'unreachable', weight: 4, plain: true, when: always, emit: (e) => e.body.emit('unreachable') },
  {
    name: 'division by zero',
    weight: 2,
    plain: true,
    when: always,
    emit: (e) => {
      const type = e.random.pick([i32, i64]);
      e.valueOf(type, VALUE_DEPTH);
      if (type === i32) e.body.i32(0);
      else e.body.emit('i64.const', { value: 0n });
      e.body.emit(e.random.pick(type === i32 ? (['i32.div_s', 'i32.rem_u'] as const) : (['i64.div_u', 'i64.rem_s'] as const)));
      e.body.emit('drop');
    },
  },
  {
    name: 'quotient too large',
    weight: 1,
    plain: true,
    when: always,
    emit: (e) => {
      e.body.i32(-(2 ** 31));
      e.body.i32(-1);
      e.body.emit('i32.div_s');
      e.body.emit('drop');
    },
  },
  { name: 'number too large', weight: 2, plain: true, when: always, emit: (e) => truncate(e, BEYOND_I64) },
  { name: 'not a number', weight: 2, plain: true, when: always, emit: (e) => truncate(e, NAN) },
  {
    name: 'memory out of bounds',
    weight: 4,
    when: (e) => e.module.memories.length > 0,
    emit: (e) => {
      e.body.i32(-1);
      e.body.emit('i32.load', { align: 2, offset: e.random.int(0, 8), memory: 0 });
      e.body.emit('drop');
    },
  },
  {
    name: 'data out of bounds',
    weight: 2,
    when: (e) => dataArrays(e).length > 0 && e.module.datas.length > 0,
    emit: (e) => {
      e.body.i32(e.random.pick([1000, -1]));
      e.body.i32(1);
      e.body.emit('array.new_data', { type: e.random.pick(dataArrays(e)), data: e.random.int(0, e.module.datas.length - 1) });
      e.body.emit('drop');
    },
  },
];
function dataArrays(e: Emitter): readonly number[] {
  return e.module.types.arrays.filter((type) => !isRefType(e.module.types.element(type)));
}

// --- Calls -------------------------------------------------------------------------------------------------

/** Tables in which an entry may be null and a function of any type. */
function functionTables(e: Emitter): readonly number[] {
  return e.module.tables.flatMap(({ type: { element, limits } }, i) => (element === ValType.funcref && limits.min > 0 ? [i] : []));
}
/** Puts a function or null into the first entry of such a table and calls it as one that takes `params`. */
function callFirstEntry(e: Emitter, params: readonly ValType[], leave: () => void): void {
  const table = e.random.pick(functionTables(e));
  e.body.i32(0);
  leave();
  e.body.emit('table.set', { table });
  for (const param of params) e.valueOf(param, VALUE_DEPTH);
  e.body.i32(0);
  e.body.emit('call_indirect', { type: e.module.types.func(params, []), table });
}

const CALLS: readonly Way[] = [
  {
    name: 'no function in the table',
    weight: 14,
    plain: true,
    when: (e) => functionTables(e).length > 0,
    emit: (e) => callFirstEntry(e, [ValType.externref], () => e.body.emit('ref.null', { heapType: HeapType.func })),
  },
  {
    name: 'another function in the table',
    weight: 14,
    plain: true,
    when: (e) => functionTables(e).length > 0 && e.module.functions.length > 0,
    // No function takes these.
    emit: (e) => callFirstEntry(e, [f32, i64, ValType.externref], () => e.body.emit('ref.func', { func: e.random.int(0, e.module.functions.length - 1) })),
  },
  {
    name: 'call of null',
    weight: 2,
    when: always,
    emit: (e) => {
      const params = [ValType.anyref];
      const type = e.module.types.func(params, []);
      e.valueOf(ValType.anyref, VALUE_DEPTH);
      e.body.emit('ref.null', { heapType: concrete(type) });
      e.body.emit('call_ref', { type });
    },
  },
  {
    name: 'result that does not fit',
    weight: 4,
    when: (e) => e.module.host('bad') !== undefined,
    emit: (e) => {
      e.call(e.module.host('bad')!);
      e.body.emit('drop');
      e.body.emit('drop');
    },
  },
];

// --- References ----------------------------------------------------------------------------------------------

const hasArrays = (e: Emitter): boolean => e.module.types.arrays.length > 0;

const REFERENCES: readonly Way[] = [
  {
    name: 'null as a reference',
    weight: 2,
    when: always,
    emit: (e) => {
      e.body.emit('ref.null', { heapType: e.random.pick([HeapType.any, HeapType.none, HeapType.extern, HeapType.func]) });
      e.body.emit('ref.as_non_null');
      e.body.emit('drop');
    },
  },
  {
    name: 'null as a structure',
    weight: 1,
    when: (e) => e.module.types.fields.some(({ storage }) => isRefType(storage)),
    emit: (e) => {
      const { type, field } = e.random.pick(e.module.types.fields.filter(({ storage }) => isRefType(storage)));
      e.body.emit('ref.null', { heapType: concrete(type) });
      e.body.emit('struct.get', { type, field });
      e.body.emit('drop');
    },
  },
  {
    name: 'null as an array',
    weight: 1,
    when: hasArrays,
    emit: (e) => {
      e.body.emit('ref.null', { heapType: concrete(e.random.pick(e.module.types.arrays)) });
      e.body.emit('array.len');
      e.body.emit('drop');
    },
  },
  {
    name: 'null as an i31',
    weight: 2,
    when: always,
    emit: (e) => {
      e.body.emit('ref.null', { heapType: e.random.pick([HeapType.i31, HeapType.none]) });
      e.body.emit('i31.get_s');
      e.body.emit('drop');
    },
  },
  {
    name: 'null as an exception',
    weight: 2,
    when: always,
    emit: (e) => {
      e.body.emit('ref.null', { heapType: e.random.pick([HeapType.exn, HeapType.noexn]) });
      e.body.emit('throw_ref');
    },
  },
  {
    name: 'failing cast',
    weight: 3,
    when: (e) => e.module.types.structs.length > 0,
    emit: (e) => {
      e.i31();
      e.body.emit('ref.cast', { heapType: concrete(e.random.pick(e.module.types.structs)) });
      e.body.emit('drop');
    },
  },
  {
    name: 'array too large',
    weight: 1,
    when: hasArrays,
    emit: (e) => {
      const type = e.random.pick(e.module.types.arrays);
      e.smallestArray(type, vastLength(e.random, e.module.types.array(type).element.storage));
      e.body.emit('drop');
    },
  },
  {
    name: 'array out of bounds',
    weight: 1,
    when: hasArrays,
    emit: (e) => {
      const type = e.random.pick(e.module.types.arrays);
      e.smallestArray(type, 1);
      e.body.i32(e.random.pick([1, -1]));
      getElement(e, type);
      e.body.emit('drop');
    },
  },
  {
    name: 'table out of bounds',
    weight: 2,
    plain: true,
    when: (e) => e.module.tables.length > 0,
    emit: tableOutOfBounds,
  },
];

/** Each instruction with bounds of its own to check, on a table of any type, just behind its end or far beyond. */
export function tableOutOfBounds(e: Emitter): void {
  const table = e.random.int(0, e.module.tables.length - 1);
  const { element } = e.module.tables[table]!.type;
  const behindEnd = (): void => {
    if (e.random.chance(0.5)) return e.body.i32(-1);
    e.body.emit('table.size', { table });
  };
  behindEnd();
  e.random.weighted<() => void>([
    [3, () => {
      e.body.emit('table.get', { table });
      e.body.emit('drop');
    }],
    [2, () => {
      e.valueOf(element, VALUE_DEPTH);
      e.body.emit('table.set', { table });
    }],
    [1, () => {
      e.valueOf(element, VALUE_DEPTH);
      e.body.i32(1);
      e.body.emit('table.fill', { table });
    }],
    [1, () => {
      behindEnd();
      e.body.i32(1);
      e.body.emit('table.copy', { table, sourceTable: table });
    }],
  ])();
}

const WAYS: readonly Way[] = [...NUMERIC, ...CALLS, ...REFERENCES];

/** Traps in one of all ways, now and then only if some number is not zero. */
export function trapOnPurpose(e: Emitter): void {
  const hasGc = e.settings.bottomTypes ?? true;
  const trap = (): void => e.choose(WAYS, ({ plain, when }) => (hasGc || plain === true) && when(e))!.emit(e);
  if (e.random.chance(0.5)) return trap();
  e.valueOf(i32, VALUE_DEPTH);
  e.body.if({ params: [], results: [] }, trap);
}

/** Whether there is to be a trap on purpose: now and then, in modules that may trap at all. */
export function mayTrapOnPurpose(e: Emitter): boolean {
  return e.settings.risk > 0 && e.random.chance(CHANCE);
}

export const TRAPS: readonly StatementProduction[] = [{ name: 'trap', weight: 2, when: mayTrapOnPurpose, emit: trapOnPurpose }];
