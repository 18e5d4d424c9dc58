/**
 * The ways by which a reference arrives on the operand stack other than by an instruction that makes or reads it: a stack map that
 * follows values from where they were made loses them here.
 */
import type { ValType as Value } from '#wasm/syntax/types.ts';
import { HeapType, ValType, heapTypeOf, isNullable, isRefType, refType } from '#wasm/syntax/types.ts';
import type { Emitter } from '../build/emitter.ts';
import type { ValueProduction } from '../build/production.ts';
import { orNull } from '../build/type-table.ts';
import type { Stage } from './stage.ts';

const { i32, anyref } = ValType;

function isUnderAny(e: Emitter, type: Value): boolean {
  return isRefType(type) && e.module.types.top(heapTypeOf(type)) === HeapType.any;
}
const isReference = (_: Emitter, type: Value): boolean => isRefType(type);

/** Leaves a value of a type with `around` between it and whoever uses it. */
function inBlock(e: Emitter, type: Value, inside: () => void): void {
  e.body.block({ params: [], results: [type] }, inside);
}

/** Arrivals by control: results of blocks and calls, what a branch takes along, what an exception carries. */
export function arrivalsOf(stage: Stage): readonly ValueProduction[] {
  return [
    {
      name: 'over a pause',
      weight: 4,
      when: isReference,
      emit: (e, type, depth) => {
        e.valueOf(type, depth);
        stage.pause(e, 0);
      },
    },
    {
      name: 'block result',
      weight: 2,
      when: isReference,
      emit: (e, type, depth) =>
        inBlock(e, type, () => {
          e.valueOf(type, depth);
          if (e.random.chance(0.5)) {
            e.valueOf(i32, 0);
            e.body.emit('br_if', { label: 0 });
            stage.pause(e, 0);
          }
        }),
    },
    {
      name: 'if result',
      weight: 2,
      when: isReference,
      emit: (e, type, depth) => {
        e.valueOf(i32, depth);
        e.body.if({ params: [], results: [type] }, () => e.valueOf(type, depth), () => e.valueOf(type, depth));
      },
    },
    {
      name: 'call result',
      weight: 3,
      when: (e, type) => isRefType(type) && !e.full,
      emit: (e, type, depth) => e.call(stage.companion(e, { params: [], results: [type] }, (inner) => inner.valueOf(type, depth))),
    },
    {
      name: 'payload of an exception',
      weight: 3,
      when: isReference,
      emit: (e, type, depth) =>
        inBlock(e, type, () => {
          const tag = stage.tagFor([type]);
          e.body.tryTable({ params: [], results: [] }, [{ kind: 'catch', tag, label: 0 }], () => {
            e.valueOf(type, depth);
            e.body.emit('throw', { tag });
          });
          e.body.emit('unreachable');
        }),
    },
    {
      name: 'payload beside its exception',
      weight: 2,
      when: isReference,
      emit: (e, type, depth) => {
        e.body.block({ params: [], results: [type, ValType.exnref] }, () => {
          const tag = stage.tagFor([type]);
          e.body.tryTable({ params: [], results: [] }, [{ kind: 'catch_ref', tag, label: 0 }], () => {
            e.valueOf(type, depth);
            e.body.emit('throw', { tag });
          });
          e.body.emit('unreachable');
        });
        if (e.random.chance(0.5)) stage.pause(e, 0);
        stage.sinks.use(e.body, ValType.exnref);
      },
    },
    {
      name: 'exception',
      weight: 10,
      when: (e, type) => isRefType(type) && e.module.types.matches(refType(HeapType.exn, false), type),
      emit: (e, type) => {
        const payload = stage.drawTypes(0, 2);
        const tag = stage.tagFor(payload);
        const bare = payload.length === 0 && e.random.chance(0.5);
        const clause = bare ? ({ kind: 'catch_ref', tag, label: 0 } as const) : ({ kind: 'catch_all_ref', label: 0 } as const);
        inBlock(e, type, () => {
          e.body.tryTable({ params: [], results: [] }, [clause], () => {
            stage.push(e, payload);
            e.body.emit('throw', { tag });
          });
          e.body.emit('unreachable');
        });
      },
    },
    {
      name: 'operands over pauses',
      weight: 4,
      when: (e, type) => structsFor(e, type).length > 0,
      emit: (e, wanted) => {
        const type = e.random.pick(structsFor(e, wanted));
        stage.push(e, e.module.types.struct(type).fields.map(({ storage }) => storage as Value));
        e.body.emit('struct.new', { type });
      },
    },
  ];
}

/** Arrivals by instructions that hand their operand on. */
export const PASSED_ON: readonly ValueProduction[] = [
  {
    name: 'br_on_null',
    weight: 1,
    when: (_, type) => isRefType(type) && !isNullable(type),
    emit: (e, type, depth) =>
      inBlock(e, type, () => {
        e.body.block({ params: [], results: [] }, () => {
          e.valueOf(orNull(type), depth);
          e.body.emit('br_on_null', { label: 0 });
          e.body.emit('br', { label: 1 });
        });
        e.leaf(type);
      }),
  },
  {
    name: 'br_on_non_null',
    weight: 1,
    when: (_, type) => isRefType(type) && !isNullable(type),
    emit: (e, type, depth) =>
      inBlock(e, type, () => {
        e.valueOf(orNull(type), depth);
        e.body.emit('br_on_non_null', { label: 0 });
        e.leaf(type);
      }),
  },
  {
    name: 'br_on_cast_fail',
    weight: 1,
    when: (e, type) => isUnderAny(e, type) && type !== anyref,
    emit: (e, type, depth) =>
      inBlock(e, type, () => {
        e.body.block({ params: [], results: [anyref] }, () => {
          inBlock(e, anyref, () => e.valueOf(type, depth));
          e.body.emit('br_on_cast_fail', { label: 0, from: anyref, to: type });
          e.body.emit('br', { label: 1 });
        });
        e.body.emit('drop');
        e.leaf(type);
      }),
  },
  {
    name: 'there and back by way of extern',
    weight: 2,
    when: (e, type) => isUnderAny(e, type),
    emit: (e, type, depth) => {
      e.valueOf(type, depth);
      e.body.emit('extern.convert_any');
      e.body.emit('any.convert_extern');
      if (type !== anyref) e.cast(type);
    },
  },
  {
    name: 'select of two',
    weight: 2,
    when: isReference,
    emit: (e, type, depth) => {
      e.valueOf(type, depth);
      e.valueOf(type, 1);
      e.valueOf(i32, 1);
      e.body.emit('select t', { types: [type] });
    },
  },
];

/** Structures; those of profiles about the stack have no packed fields. */
function structsFor(e: Emitter, type: Value): readonly number[] {
  return e.module.types.structsMatching(type);
}
