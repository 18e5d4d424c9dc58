/**
 * Copies of an array onto itself by choice and not by luck: elements are planted in the range first, each owned as it is wanted; then the array
 * is named twice, by ways that lead to the same one whatever happened before.
 */
import binaryen from 'binaryen';
import { refTo } from '../binaryen-module.ts';
import type { Weighted } from '../random.ts';
import { HELPER } from './helpers.ts';
import type { Place } from './place.ts';
import { LOCAL } from './place.ts';
import type { Ranges, Relation } from '../ranges.ts';
import { drawRanges } from '../ranges.ts';
import { HOLDER, canHoldI31, canHoldItself } from './shapes.ts';

type Expression = binaryen.ExpressionRef;
type Maker = () => Expression;

/** An array that can be named in two ways once `setup` has run, and `last` right before the copy. */
interface Alias {
  readonly setup: readonly Expression[];
  readonly last?: readonly Expression[];
  readonly names: readonly [Maker, Maker];
}

const MAX_PLANTED = 3;

/** A statement: plants, and copies. */
export function aliasedCopy(place: Place, relations: Weighted<Relation>): Expression {
  const { m, random, length } = place;
  const ranges = drawRanges(random, relations, length);
  const { setup, last = [], names } = drawAlias(place);
  const [target, source] = random.chance(0.5) ? names : names.toReversed();
  const plants = length === 0 ? [] : Array.from({ length: random.int(1, MAX_PLANTED) }, (_, i) => plant(place, names[0], ranges, i === 0));
  const gc = (chance: number): Expression[] => (random.chance(chance) ? [m.call(HELPER.gc, [], binaryen.none)] : []);
  const index = (value: number): Expression => m.i32.const(value);
  return m.block(null, [
    ...setup,
    ...plants,
    ...last,
    ...gc(0.2),
    m.array.copy(target!(), index(ranges.to), place.overCollection(source!(), binaryen.auto), index(ranges.from), index(ranges.length)),
    ...gc(0.3),
  ]);
}

// --- The same array twice ----------------------------------------------------------------------------------

function drawAlias(place: Place): Alias {
  const { m, random, shape, globals } = place;
  const [local, other] = random.chance(0.5) ? [LOCAL.arrays[0], LOCAL.arrays[1]] : [LOCAL.arrays[2], LOCAL.arrays[0]];
  const get: Maker = () => place.local(local);
  const set = (value: Expression): Expression => m.local.set(local, value);
  const global = random.pick(globals);
  const getGlobal: Maker = () => m.global.get(global.name, place.array);
  const target = globals.find(({ name, mutable }) => mutable && name !== global.name);
  const array = refTo(shape.array, true);
  const sub = refTo(shape.subArray, false);
  return random.weighted<() => Alias>([
    [3, () => ({ setup: [], names: [get, get] })],
    [3, () => ({ setup: [m.local.set(other, get())], names: [get, () => place.local(other)] })],
    [2, () => ({ setup: [], names: [getGlobal, getGlobal] })],
    [3, () => ({ setup: [global.mutable && random.chance(0.5) ? m.global.set(global.name, get()) : set(getGlobal())], names: [get, getGlobal] })],
    [
      target === undefined ? 0 : 1,
      () => ({ setup: [m.global.set(target!.name, getGlobal())], names: [getGlobal, () => m.global.get(target!.name, place.array)] }),
    ],
    [
      3,
      () => ({
        setup: [m.struct.set(HOLDER.array, place.holderRef(), get())],
        names: [get, () => m.struct.get(HOLDER.array, place.holderRef(), place.array, false)],
      }),
    ],
    [
      2,
      () => ({
        setup: [],
        last: [m.local.set(LOCAL.other, get())],
        names: [get, () => m.ref.cast(m.local.get(LOCAL.other, binaryen.eqref), array)],
      }),
    ],
    [1, () => ({ setup: [], names: [get, () => m.call(HELPER.same, [get()], place.array)] })],
    [2, () => ({ setup: [set(place.fresh.wholeArray(shape.subArray))], names: [get, () => m.ref.cast(get(), sub)] })],
    [canHoldItself(shape) && place.length > 0 ? 3 : 0, () => asOwnElement(place, get)],
  ])();
}

/** The array is read out of itself. */
function asOwnElement({ m, random, shape, length }: Place, get: Maker): Alias {
  const index = random.int(0, length - 1);
  const read: Maker = () => m.array.get(get(), m.i32.const(index), shape.element, false);
  return {
    setup: [],
    last: [m.array.set(get(), m.i32.const(index), shape.nullable ? get() : m.ref.as_non_null(get()))],
    names: [get, shape.kind === 'self' ? read : () => m.ref.cast(read(), refTo(shape.array, true))],
  };
}

// --- Planting ----------------------------------------------------------------------------------------------

/** Writes an element of the range that is read. @param objectOnly neither null nor i31 */
function plant(place: Place, array: Maker, { from, length: count }: Ranges, objectOnly: boolean): Expression {
  const { m, random, shape, fresh, length } = place;
  const draw = (): number => (count > 0 && from >= 0 && from < length ? random.int(from, Math.min(length, from + count) - 1) : random.int(0, length - 1));
  const index = draw();
  const set = (value: Expression): Expression => m.array.set(array(), m.i32.const(index), value);
  const get: Maker = () => m.array.get(array(), m.i32.const(index), shape.element, false);
  const orNull = !objectOnly && shape.nullable;
  return random.weighted<Maker>([
    // Owned by its slot alone.
    [4, () => set(fresh.object())],
    // By its slot and the stack.
    [3, () => m.block(null, [set(fresh.object()), shape.kind === 'any' ? m.drop(get()) : m.local.set(LOCAL.other, get())])],
    // By two slots, or by the same one as before.
    [3, () => m.block(null, [set(fresh.object()), m.array.set(array(), m.i32.const(draw()), get())])],
    [canHoldItself(shape) ? 3 : 0, () => set(shape.nullable ? array() : m.ref.as_non_null(array()))],
    [orNull ? 2 : 0, () => set(m.ref.null(shape.element))],
    [!objectOnly && canHoldI31(shape) ? 2 : 0, () => set(fresh.i31())],
  ])();
}
