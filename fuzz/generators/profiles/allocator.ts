/**
 * Allocation: objects of all size classes kept in a pool whose slots are overwritten in any order, so that free blocks of many sizes lie between
 * live objects, merge, split and are used again; heaps that grow in small steps and are nearly full; lengths whose sizes
 * overflow.
 *
 * Built at Module level: nothing here is beyond binaryen, but objects of dozens of sizes are as many types, which it keeps for
 * ever.
 */
import type { CollectorKnobs } from '#fuzz/program/program.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { StorageType, SubType } from '#wasm/syntax/types.ts';
import { HeapType, PackedType, ValType, heapTypeOf } from '#wasm/syntax/types.ts';
import type { Emitter } from '../build/emitter.ts';
import type { ModuleBuilder } from '../build/module-builder.ts';
import { NUMBER_VALUES } from '../build/number-values.ts';
import type { StatementProduction } from '../build/production.ts';
import { reweighted } from '../build/production.ts';
import { profileGenerator } from '../build/profile.ts';
import type { Random } from '../random.ts';
import { REFERENCE_VALUES } from '../build/reference-values.ts';
import { STATEMENTS, repeat } from '../build/statements.ts';
import { refOrNull, refTo } from '../build/type-table.ts';
import { vastLength } from '../build/vast-lengths.ts';

const { i32, i64, v128, anyref } = ValType;
const POOL_LENGTH = 24;
/** The first global: an array of anything. */
const POOL = 0;
/** Around the sizes at which blocks of 16 bytes and pages of 64 KiB fill up, with every header in use. */
const LENGTHS = [0, 1, 3, 4, 5, 7, 8, 9, 11, 12, 13, 15, 16, 17, 20, 24, 28, 31, 32, 33, 40, 64, 100, 255, 1000];
const LARGE_LENGTHS = [4000, 16_000, 65_000];
const ELEMENTS: readonly StorageType[] = [PackedType.i8, PackedType.i16, i32, i64, v128, anyref];
const MAX_FIELDS = 14;

function mutable(storage: StorageType) {
  return { storage, mutable: true };
}
function final(composite: SubType['composite']): readonly SubType[] {
  return [{ final: true, supertypes: [], composite }];
}

/** Arrays of each width, and structures with up to so many fields. */
function defineTypes(module: ModuleBuilder, random: Random): void {
  for (const storage of ELEMENTS) module.types.define(final({ kind: 'array', element: mutable(storage) }));
  for (let count = random.int(1, 4); count > 0; count--) {
    const fields = Array.from({ length: random.int(0, MAX_FIELDS) }, () => mutable(random.pick([i64, i32, PackedType.i8, anyref])));
    module.types.define(final({ kind: 'struct', fields }));
  }
}

function pool(e: Emitter): void {
  e.body.emit('global.get', { global: POOL });
}
function poolType(e: Emitter): number {
  return heapTypeOf(e.module.globals[POOL]!.type.type);
}
/** Leaves an object of a random size. */
function object(e: Emitter, lengths: readonly number[]): void {
  const { structs, arrays } = e.module.types;
  if (structs.length > 0 && e.random.chance(0.4)) return e.body.emit('struct.new_default', { type: e.random.pick(structs) });
  e.smallestArray(e.random.pick(arrays), e.random.pick(lengths));
}
function intoPool(e: Emitter, leave: () => void): void {
  pool(e);
  e.index(POOL_LENGTH);
  leave();
  e.body.emit('array.set', { type: poolType(e) });
}

const ALLOCATION: readonly StatementProduction[] = [
  {
    name: 'into the pool',
    weight: 24,
    when: () => true,
    emit: (e) => {
      for (let count = e.random.int(1, 5); count > 0; count--) intoPool(e, () => object(e, LENGTHS));
    },
  },
  {
    name: 'large into the pool',
    weight: 3,
    when: (e) => e.body.loops === 0,
    emit: (e) => intoPool(e, () => object(e, LARGE_LENGTHS)),
  },
  {
    name: 'out of the pool',
    weight: 12,
    when: () => true,
    emit: (e) => {
      pool(e);
      const from = e.random.int(0, POOL_LENGTH - 1);
      e.body.i32(from);
      e.body.emit('ref.null', { heapType: HeapType.none });
      e.body.i32(e.random.int(0, POOL_LENGTH - from));
      e.body.emit('array.fill', { type: poolType(e) });
    },
  },
  {
    name: 'every other one',
    weight: 6,
    when: () => true,
    emit: (e) => {
      for (let i = e.random.int(0, 1); i < POOL_LENGTH; i += 2) {
        pool(e);
        e.body.i32(i);
        e.body.emit('ref.null', { heapType: HeapType.none });
        e.body.emit('array.set', { type: poolType(e) });
      }
    },
  },
  {
    name: 'garbage of many sizes',
    weight: 8,
    when: (e) => e.body.loops === 0,
    emit: (e) =>
      repeat(e, e.random.int(2, 10), () => {
        for (let count = e.random.int(1, 3); count > 0; count--) {
          object(e, LENGTHS);
          e.body.emit('drop');
        }
      }),
  },
  {
    name: 'overflow',
    weight: 3,
    when: (e) => e.settings.risk > 0,
    emit: (e) => {
      const type = e.random.pick(e.module.types.arrays);
      e.smallestArray(type, vastLength(e.random, e.module.types.array(type).element.storage));
      e.body.emit('drop');
    },
  },
];

/** Little room, small steps. */
function tight(random: Random, knobs: CollectorKnobs): CollectorKnobs {
  return {
    ...knobs,
    initialHeapBytes: random.weighted([[3, 0], [1, random.int(1, 40)], [3, 64], [3, 256], [3, 1024], [1, 65536]]),
    heapGrowthStep: random.weighted([[2, 8], [2, 16], [2, 48], [3, 256], [3, 4096], [1, 65536]]),
    maxHeapBytes: random.weighted([[1, 65536], [2, 1 << 18], [12, knobs.maxHeapBytes]]),
  };
}

export const allocator = profileGenerator({
  name: 'allocator',
  version: 3,
  summary: 'objects of all sizes, fragmentation, growth, nearly full heaps, sizes that overflow',
  grammar: {
    values: [...reweighted(REFERENCE_VALUES, { 'over a collection': 1 }), ...NUMBER_VALUES],
    statements: [...reweighted(STATEMENTS, { collect: 6 }), ...ALLOCATION],
  },
  imports: ['gc', 'id'],
  arrayLength: (random) => random.int(1, 6),
  risk: 0.01,
  room: 160,
  types: defineTypes,
  define: ({ module, random, constant }) => {
    const type = module.types.arrays[ELEMENTS.indexOf(anyref)]!;
    const pool = [{ op: Op['i32.const'], value: POOL_LENGTH }, { op: Op['array.new'], type }] as const;
    module.addGlobal(refTo(type), false, [...constant(anyref, 1), ...pool]);
    if (random.chance(0.5)) {
      const kept = refOrNull(random.pick(module.types.arrays));
      module.addGlobal(kept, true, constant(kept, 2));
    }
  },
  knobs: tight,
});
