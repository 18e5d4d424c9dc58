/** Productions for numbers and vectors: what references tell about themselves, and a little arithmetic. */
import { HeapType, ValType, concrete, isRefType, refType } from '#wasm/syntax/types.ts';
import type { Emitter } from './emitter.ts';
import type { ValueProduction } from './production.ts';

const { i32, i64, f32, f64, v128 } = ValType;

/** What constant expressions may compute with; the same in bodies. */
const ARITHMETIC = new Map([
  [i32, ['i32.add', 'i32.sub', 'i32.mul']],
  [i64, ['i64.add', 'i64.sub', 'i64.mul']],
] as const);
const TESTED: readonly HeapType[] = [HeapType.i31, HeapType.struct, HeapType.array, HeapType.eq, HeapType.none];

export const NUMBER_VALUES: readonly ValueProduction[] = [
  {
    name: 'constant',
    weight: 10,
    constant: true,
    when: (_, type) => !isRefType(type),
    emit: (e, type) => e.smallest(type),
  },
  {
    name: 'arithmetic',
    weight: 4,
    constant: true,
    when: (_, type) => type === i32 || type === i64,
    emit: (e, type, depth) => {
      e.valueOf(type, depth);
      e.valueOf(type, depth);
      e.body.emit(e.random.pick(ARITHMETIC.get(type as typeof i32 | typeof i64)!));
    },
  },
  {
    name: 'widening',
    weight: 2,
    when: (_, type) => type === i64 || type === f32 || type === f64,
    emit: (e, type, depth) => {
      e.valueOf(i32, depth);
      e.body.emit(type === i64 ? 'i64.extend_i32_s' : type === f32 ? 'f32.convert_i32_s' : 'f64.convert_i32_s');
    },
  },
  {
    name: 'i31.get',
    weight: 3,
    when: (_, type) => type === i32,
    emit: (e, _, depth) => {
      e.valueOf(e.risky() ? ValType.i31ref : I31, depth);
      e.body.emit(e.random.chance(0.5) ? 'i31.get_s' : 'i31.get_u');
    },
  },
  {
    name: 'array.len',
    weight: 3,
    when: (e, type) => type === i32 && e.module.types.arrays.length > 0,
    emit: (e, _, depth) => {
      e.valueOf(e.risky() ? ValType.arrayref : ARRAY, depth);
      e.body.emit('array.len');
    },
  },
  {
    name: 'ref.eq',
    weight: 3,
    when: (_, type) => type === i32,
    emit: (e, _, depth) => {
      e.valueOf(ValType.eqref, depth);
      e.valueOf(ValType.eqref, depth);
      e.body.emit('ref.eq');
    },
  },
  {
    name: 'ref.is_null',
    weight: 2,
    when: (_, type) => type === i32,
    emit: (e, _, depth) => {
      e.valueOf(e.random.pick([ValType.anyref, ValType.funcref, ValType.externref]), depth);
      e.body.emit('ref.is_null');
    },
  },
  {
    name: 'ref.test',
    weight: 3,
    when: (_, type) => type === i32,
    emit: (e, _, depth) => {
      e.valueOf(ValType.anyref, depth);
      const heapType = testedType(e);
      if (e.random.chance(0.5)) e.body.emit('ref.test', { heapType });
      else e.body.emit('ref.test null', { heapType });
    },
  },
  {
    name: 'table.size',
    weight: 1,
    when: (e, type) => type === i32 && e.module.tables.length > 0,
    emit: (e) => e.body.emit('table.size', { table: e.random.int(0, e.module.tables.length - 1) }),
  },
  {
    name: 'fold',
    weight: 2,
    when: (e, type) => type === i32 && e.settings.fold !== undefined,
    emit: (e, _, depth) => {
      e.valueOf(ValType.anyref, depth);
      e.body.i32(1);
      e.call(e.settings.fold!);
    },
  },
  {
    name: 'number of a host object',
    weight: 1,
    when: (e, type) => type === i32 && e.module.host('val') !== undefined,
    emit: (e, _, depth) => {
      e.valueOf(ValType.externref, depth);
      e.call(e.module.host('val')!);
    },
  },
  {
    name: 'v128.load',
    weight: 2,
    when: (e, type) => type === v128 && e.module.memories.length > 0,
    emit: (e) => {
      e.body.i32(16 * e.random.int(0, 3));
      e.body.emit('v128.load', { align: 4, offset: 0, memory: 0 });
    },
  },
];

const I31 = refType(HeapType.i31, false);
const ARRAY = refType(HeapType.array, false);

function testedType(e: Emitter): HeapType {
  const { structs, arrays } = e.module.types;
  return e.random.pick([...TESTED, ...structs.map(concrete), ...arrays.map(concrete)]);
}
