/**
 * The body of one exported function: a straight line of statements over a few locals, so that what each array local
 * holds, and hence which ranges are in bounds, is known while the statements are chosen.
 *
 * Copies are what it is for. The two arrays of a copy come by different ways as often as not, with a
 * collection between the evaluation of their operands now and then, and the ranges stand in a chosen relation.
 */
import binaryen from 'binaryen';
import type { Random, Weighted } from '../random.ts';
import { aliasedCopy } from './aliases.ts';
import { HELPER } from './helpers.ts';
import type { ArrayGlobal } from './place.ts';
import { LOCAL, Place } from './place.ts';
import type { Ranges, Relation } from '../ranges.ts';
import { ANY_RELATION, BY_CHANCE, MOVING, OVERLAPPING, drawRanges } from '../ranges.ts';
import type { Shape } from './shapes.ts';
import { HOLDER } from './shapes.ts';
import { Values } from './values.ts';

type Expression = binaryen.ExpressionRef;
type Statement = () => Expression;

const MIN_STATEMENTS = 3;
const MAX_STATEMENTS = 10;
/** Statements at most before the copy that every body has. */
const MAX_BEFORE = 1;
const MAX_CHURN = 20;

export class Body {
  readonly #m: binaryen.Module;
  readonly #random: Random;
  readonly #shape: Shape;
  readonly #place: Place;
  /** Values that may name what is in the locals. */
  readonly #values: Values;
  readonly #length: number;
  readonly #aliasing: boolean;

  /** @param aliasing whether copies of an array onto itself are made on purpose, as opposed to by chance */
  constructor(m: binaryen.Module, random: Random, shape: Shape, length: number, globals: readonly ArrayGlobal[], aliasing = true) {
    this.#m = m;
    this.#aliasing = aliasing;
    this.#random = random;
    this.#shape = shape;
    this.#length = length;
    this.#place = new Place(m, random, shape, length, globals);
    this.#values = new Values(m, random, shape, length, {
      someArray: () => this.#place.existingArray(),
      something: () => m.local.get(LOCAL.other, binaryen.eqref),
      index: () => this.#index(),
    });
  }

  /** Adds the function, of type `() -> i32`: a number that depends on all that it leaves behind. */
  addTo(name: string): void {
    const m = this.#m;
    const statements = (min: number, max: number): Expression[] =>
      Array.from({ length: this.#random.int(min, max) }, () => this.#statement());
    const { array, source, holder } = this.#place;
    const locals = [...LOCAL.arrays.map(() => array), source, holder, binaryen.eqref, binaryen.i32];
    m.addFunction(name, binaryen.none, binaryen.i32, locals, m.block(null, [
      ...this.#prologue(),
      ...statements(0, MAX_BEFORE),
      this.#copyOntoItself(OVERLAPPING),
      ...statements(MIN_STATEMENTS, MAX_STATEMENTS),
      this.#observe(this.#place.local(this.#random.pick(LOCAL.arrays))),
      m.local.get(LOCAL.sum, binaryen.i32),
    ], binaryen.i32));
  }

  /** Gives each local a value, except one now and then. The values name no local, for there is nothing in them yet. */
  #prologue(): Expression[] {
    const m = this.#m;
    const { fresh } = this.#place;
    const forgotten = this.#random.chance(0.03) ? this.#random.pick(LOCAL.arrays) : -1;
    return [
      ...LOCAL.arrays.filter((local) => local !== forgotten).map((local) => m.local.set(local, this.#random.chance(0.5) ? this.#place.globalArray() : fresh.wholeArray())),
      m.local.set(LOCAL.source, fresh.wholeSource()),
      m.local.set(LOCAL.holder, this.#newHolder()),
    ];
  }

  #statement(): Expression {
    const m = this.#m;
    const values = this.#values;
    return this.#random.weighted<Statement>([
      [6, () => this.#copyOntoItself(MOVING)],
      [4, () => this.#copy()],
      [3, () => this.#copyFromSource()],
      [4, () => m.array.set(this.#aliasedArray(), this.#index(), this.#place.overCollection(values.element(), this.#shape.element))],
      [2, () => this.#fill()],
      [3, () => m.local.set(this.#random.pick(LOCAL.arrays), this.#aliasedArray())],
      [2, () => m.local.set(this.#random.pick(LOCAL.arrays), values.wholeArray())],
      [2, () => this.#setGlobal()],
      [1, () => m.local.set(LOCAL.holder, this.#newHolder())],
      [2, () => m.struct.set(HOLDER.array, this.#place.holderRef(), this.#aliasedArray())],
      [2, () => m.struct.set(HOLDER.other, this.#place.holderRef(), this.#aliasedArray())],
      [2, () => m.local.set(LOCAL.other, this.#aliasedArray())],
      [3, () => m.call(HELPER.gc, [], binaryen.none)],
      [2, () => m.call(HELPER.churn, [m.i32.const(this.#random.int(1, MAX_CHURN))], binaryen.none)],
      [3, () => this.#observe(this.#aliasedArray())],
      [1, () => this.#observe(this.#place.holderRef())],
    ])();
  }

  // --- Arrays by various ways --------------------------------------------------------------------------

  #newHolder(): Expression {
    return this.#m.struct.new([this.#place.existingArray(), this.#m.ref.null(binaryen.eqref)], this.#shape.holder);
  }
  /** An existing array, read from wherever it may be. */
  #aliasedArray(): Expression {
    const m = this.#m;
    return this.#random.weighted<Statement>([
      [5, () => this.#place.existingArray()],
      [2, () => m.struct.get(HOLDER.array, this.#place.holderRef(), this.#place.array, false)],
      [1, () => m.call(HELPER.same, [this.#place.existingArray()], this.#place.array)],
      [1, () => m.ref.cast(m.block(null, [this.#place.existingArray()], binaryen.eqref), this.#place.array)],
    ])();
  }

  // --- Statements --------------------------------------------------------------------------------------

  #index(): Expression {
    const last = this.#random.chance(0.01) ? this.#length : Math.max(0, this.#length - 1);
    return this.#m.i32.const(this.#random.int(0, last));
  }

  #copyOntoItself(relations: Weighted<Relation>): Expression {
    return this.#aliasing ? aliasedCopy(this.#place, relations) : this.#copy();
  }
  #ranges(): Ranges {
    return drawRanges(this.#random, this.#aliasing ? ANY_RELATION : BY_CHANCE, this.#length);
  }
  #copy(): Expression {
    const m = this.#m;
    const { to, from, length } = this.#ranges();
    const operands = [
      this.#aliasedArray(),
      m.i32.const(to),
      this.#place.overCollection(this.#aliasedArray(), this.#place.array),
      m.i32.const(from),
      m.i32.const(length),
    ] as const;
    return this.#random.chance(0.2) ? m.call(HELPER.copy, operands, binaryen.none) : m.array.copy(...operands);
  }
  #copyFromSource(): Expression {
    const m = this.#m;
    const { to, from, length } = this.#ranges();
    const source = (): Expression => m.local.get(LOCAL.source, this.#place.source);
    const copy = m.array.copy(this.#aliasedArray(), m.i32.const(to), source(), m.i32.const(from), m.i32.const(length));
    if (this.#shape.sourceKind !== 'source' || this.#length === 0) return copy;
    // The source holds itself, where it can.
    return m.block(null, [m.array.set(source(), this.#index(), source()), copy]);
  }
  #fill(): Expression {
    const m = this.#m;
    const { to, length } = this.#ranges();
    return m.array.fill(this.#aliasedArray(), m.i32.const(to), this.#values.element(), m.i32.const(length));
  }
  #setGlobal(): Expression {
    const targets = this.#place.globals.filter(({ mutable }) => mutable);
    const target = targets.length === 0 ? undefined : this.#random.pick(targets);
    if (target === undefined) return this.#m.call(HELPER.gc, [], binaryen.none);
    return this.#m.global.set(target.name, this.#random.chance(0.5) ? this.#aliasedArray() : this.#values.wholeArray());
  }
  /** Folds what can be reached from a value into the sum. */
  #observe(value: Expression): Expression {
    const m = this.#m;
    const sum = m.i32.mul(m.local.get(LOCAL.sum, binaryen.i32), m.i32.const(31));
    const folded = m.call(HELPER.fold, [value, m.i32.const(this.#foldDepth())], binaryen.i32);
    return m.local.set(LOCAL.sum, m.i32.add(sum, folded));
  }
  /** Arrays may hold themselves in every element: the deeper, the shorter they must be. */
  #foldDepth(): number {
    return this.#length <= 4 ? 3 : this.#length <= 12 ? 2 : 1;
  }
}
