/**
 * Heaps of every shape: structures and arrays of many types, subtypes, recursion groups and their twins, packed fields and vectors, cycles,
 * long chains, wide arrays.
 *
 * Built at Module level throughout: binaryen keeps each group of types for ever, and here nearly every module has new ones; it turns
 * block parameters into locals, which would take values off the operand stack.
 */
import { HeapType, ValType, isRefType, unpacked } from '#wasm/syntax/types.ts';
import { ALL_LEAVES, drawTypes } from '../build/draw-types.ts';
import type { Emitter } from '../build/emitter.ts';
import { NUMBER_VALUES } from '../build/number-values.ts';
import type { StatementProduction } from '../build/production.ts';
import { profileGenerator } from '../build/profile.ts';
import { REFERENCE_VALUES } from '../build/reference-values.ts';
import { STATEMENTS, repeat } from '../build/statements.ts';
import type { FieldPlace } from '../build/type-table.ts';
import { refOrNull, refTo } from '../build/type-table.ts';

/** Links that are followed by recursion do not fit on the stack of a host. */
const LONG_CHAIN = 10_000;
/** Elements that are handed out one by one take more room than what else there is to do ever needs. */
const WIDE = 5000;

/** Fields in which a structure can hold one of its own kind, or null. */
function links(e: Emitter): readonly FieldPlace[] {
  const { types } = e.module;
  return types.fields.filter(({ type, storage }) => isRefType(storage) && types.matches(refOrNull(type), storage as ValType));
}

/** Pushes a structure of which one field is left by `link`. */
function structWith(e: Emitter, { type, field }: FieldPlace, link: () => void): void {
  e.module.types.struct(type).fields.forEach(({ storage }, i) => (i === field ? link() : e.smallest(unpacked(storage))));
  e.body.emit('struct.new', { type });
}

/** Puts the reference on top into a variable that can hold it, or drops it. */
function keepOrDrop(e: Emitter, type: ValType): void {
  const fitting = e.body.variables.filter((variable) => e.module.types.matches(type, variable.type));
  if (fitting.length === 0 || e.random.chance(0.2)) e.body.emit('drop');
  else e.body.emit('local.set', { local: e.random.pick(fitting).local });
}

const SHAPES: readonly StatementProduction[] = [
  {
    name: 'chain',
    weight: 3,
    when: (e) => e.body.loops === 0 && links(e).length > 0,
    emit: (e) => {
      const link = e.random.pick(links(e));
      const type = refOrNull(link.type);
      const length = e.random.weighted([[16, 3], [8, 30], [2, 260], [1, LONG_CHAIN]]);
      e.body.scratch(type, (head) => {
        e.smallest(type);
        e.body.emit('local.set', { local: head });
        repeat(e, length, () => {
          structWith(e, link, () => e.body.emit('local.get', { local: head }));
          e.body.emit('local.set', { local: head });
        });
        e.body.emit('local.get', { local: head });
        keepOrDrop(e, type);
        e.body.emit('ref.null', { heapType: HeapType.none });
        e.body.emit('local.set', { local: head });
      });
    },
  },
  {
    name: 'cycle',
    weight: 3,
    when: (e) => links(e).some(({ mutable }) => mutable),
    emit: (e, depth) => {
      const { type, field } = e.random.pick(links(e).filter(({ mutable }) => mutable));
      e.body.scratch(refOrNull(type), (self) => {
        e.valueOf(refTo(type), depth);
        e.body.emit('local.tee', { local: self });
        e.body.emit('local.get', { local: self });
        e.body.emit('struct.set', { type, field });
        e.body.emit('local.get', { local: self });
        keepOrDrop(e, refOrNull(type));
      });
    },
  },
  {
    name: 'wide array',
    weight: 2,
    when: (e) => e.body.loops === 0 && e.module.types.arrays.length > 0,
    emit: (e, depth) => {
      const type = e.random.pick(e.module.types.arrays);
      e.valueOf(e.module.types.element(type), depth);
      e.body.i32(e.random.weighted([[12, 30], [4, 260], [1, 1100], [1, WIDE]]));
      e.body.emit('array.new', { type });
      keepOrDrop(e, refTo(type));
    },
  },
];

export const heapGraph = profileGenerator({
  name: 'heap-graph',
  version: 3,
  summary: 'structures and arrays of all types: subtypes, cycles, chains, wide arrays',
  grammar: { values: [...REFERENCE_VALUES, ...NUMBER_VALUES], statements: [...STATEMENTS, ...SHAPES] },
  imports: ['gc', 'id', 'mk', 'val'],
  arrayLength: (random) => random.weighted([[1, 0], [6, random.int(1, 4)], [3, random.int(5, 12)]]),
  risk: 0.01,
  room: 200,
  types: (module, random) => drawTypes(module, random, { groups: 2, groupSize: 4, fields: 3, leaves: ALL_LEAVES }),
  define: ({ module, random, constant }) => {
    module.addMemory({ min: 1, max: 1 });
    for (let count = random.int(0, 3); count > 0; count--) {
      const { structs, arrays } = module.types;
      const type = random.pick([ValType.anyref, ValType.eqref, refOrNull(random.pick(structs)), refOrNull(random.pick(arrays))]);
      module.addGlobal(type, random.chance(0.8), constant(type, 2));
    }
  },
});
