/** Productions for statements: writing to every place that can hold a value, copying, and the control that surrounds it. */
import { HeapType, ValType, isRefType, refType, unpacked } from '#wasm/syntax/types.ts';
import type { StorageType } from '#wasm/syntax/types.ts';
import type { Emitter } from './emitter.ts';
import type { StatementProduction } from './production.ts';
import { TRAPS } from './traps.ts';
import { orNull, refTo } from './type-table.ts';

const VALUE_DEPTH = 3;
const MAX_REPEATS = 4;
const MAX_CHURN = 12;

function mutableArrays(e: Emitter): readonly number[] {
  return e.module.types.arrays.filter((type) => e.module.types.array(type).element.mutable);
}
function arrayRef(e: Emitter, type: number): void {
  e.valueOf(e.risky() ? orNull(refTo(type)) : refTo(type), VALUE_DEPTH);
}
/** Offset and length of a range, in bounds of nearly all arrays. */
export function drawRange(e: Emitter, length: number): readonly [offset: number, length: number] {
  if (e.risky()) return e.random.pick([[0, length + 1000], [-1, 1], [length + 1000, 0]] as const);
  const offset = e.random.int(0, length);
  return [offset, e.random.int(0, length - offset)];
}

const WRITES: readonly StatementProduction[] = [
  {
    name: 'local.set',
    weight: 8,
    when: (e) => e.body.variables.length > 0,
    emit: (e) => {
      const { local, type } = e.random.pick(e.body.variables);
      e.valueOf(type, VALUE_DEPTH + 1);
      e.body.emit('local.set', { local });
    },
  },
  {
    name: 'global.set',
    weight: 5,
    when: (e) => e.module.globals.some(({ type }) => type.mutable),
    emit: (e) => {
      const global = e.random.pick(e.module.globals.flatMap(({ type }, i) => (type.mutable ? [i] : [])));
      e.valueOf(e.module.globals[global]!.type.type, VALUE_DEPTH);
      e.body.emit('global.set', { global });
    },
  },
  {
    name: 'struct.set',
    weight: 8,
    when: (e) => e.module.types.fields.some(({ mutable }) => mutable),
    emit: (e) => {
      const { type, field, storage } = e.random.pick(e.module.types.fields.filter(({ mutable }) => mutable));
      e.valueOf(e.risky() ? orNull(refTo(type)) : refTo(type), VALUE_DEPTH);
      e.valueOf(unpacked(storage), VALUE_DEPTH);
      e.body.emit('struct.set', { type, field });
    },
  },
  {
    name: 'array.set',
    weight: 8,
    when: (e) => e.settings.arrayLength > 0 && mutableArrays(e).length > 0,
    emit: (e) => {
      const type = e.random.pick(mutableArrays(e));
      arrayRef(e, type);
      e.index();
      e.valueOf(e.module.types.element(type), VALUE_DEPTH);
      e.body.emit('array.set', { type });
    },
  },
  {
    name: 'array.fill',
    weight: 4,
    when: (e) => mutableArrays(e).length > 0,
    emit: (e) => {
      const type = e.random.pick(mutableArrays(e));
      const [offset, length] = drawRange(e, e.settings.arrayLength);
      arrayRef(e, type);
      e.body.i32(offset);
      e.valueOf(e.module.types.element(type), VALUE_DEPTH);
      e.body.i32(length);
      e.body.emit('array.fill', { type });
    },
  },
  {
    name: 'array.copy',
    weight: 5,
    when: (e) => mutableArrays(e).length > 0,
    emit: (e) => {
      const type = e.random.pick(mutableArrays(e));
      const sourceType = e.random.pick(sourcesOf(e, type));
      const [to, length] = drawRange(e, e.settings.arrayLength);
      arrayRef(e, type);
      e.body.i32(to);
      arrayRef(e, sourceType);
      e.body.i32(e.random.int(0, Math.max(0, e.settings.arrayLength - length)));
      e.body.i32(length);
      e.body.emit('array.copy', { type, sourceType });
    },
  },
];

/** Array types that may be copied from: itself among them. */
function sourcesOf(e: Emitter, type: number): readonly number[] {
  const { types } = e.module;
  const to = types.array(type).element.storage;
  return types.arrays.filter((source) => matchesStorage(e, types.array(source).element.storage, to));
}
function matchesStorage(e: Emitter, from: StorageType, to: StorageType): boolean {
  return from === to || (isRefType(from) && isRefType(to) && e.module.types.matches(from as ValType, to as ValType));
}

const EFFECTS: readonly StatementProduction[] = [
  {
    name: 'collect',
    weight: 4,
    when: (e) => e.module.host('gc') !== undefined,
    emit: (e) => e.call(e.module.host('gc')!),
  },
  {
    name: 'garbage',
    weight: 3,
    when: (e) => e.module.types.structs.length > 0,
    emit: (e) => repeat(e, e.random.int(1, MAX_CHURN), () => {
      e.smallest(refType(HeapType.struct, false));
      e.body.emit('drop');
    }),
  },
  {
    name: 'drop',
    weight: 2,
    when: () => true,
    emit: (e) => {
      e.valueOf(e.random.pick([ValType.anyref, ValType.eqref, ValType.externref]), VALUE_DEPTH);
      e.body.emit('drop');
    },
  },
];

/** Runs code a few times. The counter is a local that nothing else writes. */
export function repeat(e: Emitter, times: number, inside: () => void): void {
  const { body } = e;
  body.scratch(ValType.i32, (counter) => {
    body.i32(times);
    body.emit('local.set', { local: counter });
    body.loop({ params: [], results: [] }, () => {
      inside();
      body.emit('local.get', { local: counter });
      body.i32(1);
      body.emit('i32.sub');
      body.emit('local.tee', { local: counter });
      body.emit('br_if', { label: 0 });
    });
  });
}

const CONTROL: readonly StatementProduction[] = [
  {
    name: 'if',
    weight: 3,
    when: () => true,
    emit: (e, depth) => {
      e.valueOf(ValType.i32, VALUE_DEPTH);
      e.body.if({ params: [], results: [] }, () => e.statements(2, depth), () => e.statements(1, depth));
    },
  },
  {
    name: 'loop',
    weight: 3,
    when: (e) => e.body.loops < 2,
    emit: (e, depth) => repeat(e, e.random.int(1, MAX_REPEATS), () => e.statements(2, depth)),
  },
  {
    name: 'early end',
    weight: 1,
    when: (e) => e.body.labels.length > 1 && e.body.labels.at(-1)!.length === 0 && e.body.loops === 0,
    emit: (e) => {
      e.valueOf(ValType.i32, VALUE_DEPTH - 1);
      e.body.emit('br_if', { label: 0 });
    },
  },
  {
    name: 'held over statements',
    weight: 4,
    when: () => true,
    emit: (e, depth) => {
      e.valueOf(ValType.eqref, VALUE_DEPTH);
      e.body.block({ params: [ValType.eqref], results: [ValType.eqref] }, () => e.statements(2, depth));
      e.body.emit('drop');
    },
  },
];

export const STATEMENTS: readonly StatementProduction[] = [...WRITES, ...EFFECTS, ...CONTROL, ...TRAPS];
