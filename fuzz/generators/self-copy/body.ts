/**
 * The body of one exported function: a straight line of statements over a few locals, so that what each array local
 * holds, and hence which ranges are in bounds, is known while the statements are chosen.
 *
 * Copies are what it is for. The two arrays of a copy come by different ways as often as not, with a
 * collection between the evaluation of their operands now and then, and the ranges stand in a chosen relation.
 */
import binaryen from 'binaryen';
import { refTo } from '../binaryen-module.ts';
import type { Random } from '../random.ts';
import { HELPER } from './helpers.ts';
import type { Shape } from './shapes.ts';
import { HOLDER } from './shapes.ts';
import { Values } from './values.ts';

type Expression = binaryen.ExpressionRef;
type Statement = () => Expression;

/** Locals by index. */
const LOCAL = { arrays: [0, 1, 2], source: 3, holder: 4, other: 5, sum: 6 } as const;
const MIN_STATEMENTS = 4;
const MAX_STATEMENTS = 14;
const MAX_CHURN = 20;

/** Globals of the module that hold the module's arrays. */
export interface ArrayGlobal {
  readonly name: string;
  readonly mutable: boolean;
}

/** How the ranges of a copy within one array lie to each other. */
type Relation = 'identical' | 'forward' | 'backward' | 'adjacent' | 'empty' | 'outOfBounds' | 'any';

interface Ranges {
  readonly to: number;
  readonly from: number;
  readonly length: number;
}

function drawRanges(random: Random, length: number): Ranges {
  const relation = random.weighted<Relation>([
    [10, 'identical'],
    [8, 'forward'],
    [8, 'backward'],
    [3, 'adjacent'],
    [2, 'empty'],
    [1, 'outOfBounds'],
    [2, 'any'],
  ]);
  const whole = random.chance(0.5);
  const count = whole ? length : random.int(Math.min(1, length), length);
  const start = random.int(0, length - count);
  const shift = Math.min(random.int(1, 3), length);
  const rest = length - shift;
  switch (relation) {
    case 'identical':
      return { to: start, from: start, length: count };
    case 'forward':
      return { to: shift, from: 0, length: rest };
    case 'backward':
      return { to: 0, from: shift, length: rest };
    case 'adjacent':
      return { to: 0, from: length >> 1, length: length >> 1 };
    case 'empty':
      return { to: random.int(0, length), from: random.int(0, length), length: 0 };
    case 'outOfBounds':
      return random.pick([
        { to: 0, from: 0, length: length + 1 },
        { to: 1, from: 0, length },
        { to: -1, from: 0, length: 1 },
        { to: 0, from: length + 1, length: 0 },
      ]);
    case 'any': {
      const [to, from] = [random.int(0, length), random.int(0, length)];
      return { to, from, length: random.int(0, length - Math.max(to, from)) };
    }
  }
}

export class Body {
  readonly #m: binaryen.Module;
  readonly #random: Random;
  readonly #shape: Shape;
  readonly #globals: readonly ArrayGlobal[];
  readonly #array: binaryen.Type;
  readonly #holder: binaryen.Type;
  readonly #source: binaryen.Type;
  /** Values that may name what is in the locals, and such that do not. */
  readonly #values: Values;
  readonly #fresh: Values;
  readonly #length: number;

  constructor(m: binaryen.Module, random: Random, shape: Shape, length: number, globals: readonly ArrayGlobal[]) {
    this.#m = m;
    this.#random = random;
    this.#shape = shape;
    this.#globals = globals;
    this.#length = length;
    this.#array = refTo(shape.array, true);
    this.#holder = refTo(shape.holder, true);
    this.#source = refTo(shape.source, true);
    this.#fresh = new Values(m, random, shape, length);
    this.#values = new Values(m, random, shape, length, {
      someArray: () => this.#existingArray(),
      something: () => m.local.get(LOCAL.other, binaryen.eqref),
      index: () => this.#index(),
    });
  }

  /** Adds the function, of type `() -> i32`: a number that depends on all that it leaves behind. */
  addTo(name: string): void {
    const m = this.#m;
    const count = this.#random.int(MIN_STATEMENTS, MAX_STATEMENTS);
    const statements = Array.from({ length: count }, () => this.#statement());
    const locals = [
      ...LOCAL.arrays.map(() => this.#array),
      this.#source,
      this.#holder,
      binaryen.eqref,
      binaryen.i32,
    ];
    m.addFunction(name, binaryen.none, binaryen.i32, locals, m.block(null, [
      ...this.#prologue(),
      ...statements,
      this.#observe(this.#local(this.#random.pick(LOCAL.arrays))),
      m.local.get(LOCAL.sum, binaryen.i32),
    ], binaryen.i32));
  }

  /** Gives each local a value, except one now and then. The values name no local, for there is nothing in them yet. */
  #prologue(): Expression[] {
    const m = this.#m;
    const fresh = this.#fresh;
    const forgotten = this.#random.chance(0.05) ? this.#random.pick(LOCAL.arrays) : -1;
    return [
      ...LOCAL.arrays.filter((local) => local !== forgotten).map((local) => m.local.set(local, this.#random.chance(0.5) ? this.#globalArray() : fresh.wholeArray())),
      m.local.set(LOCAL.source, fresh.wholeSource()),
      m.local.set(LOCAL.holder, this.#newHolder()),
    ];
  }

  #statement(): Expression {
    const m = this.#m;
    const values = this.#values;
    return this.#random.weighted<Statement>([
      [8, () => this.#copy()],
      [2, () => this.#copyFromSource()],
      [4, () => m.array.set(this.#aliasedArray(), this.#index(), this.#overCollection(values.element(), this.#shape.element))],
      [2, () => this.#fill()],
      [3, () => m.local.set(this.#random.pick(LOCAL.arrays), this.#aliasedArray())],
      [2, () => m.local.set(this.#random.pick(LOCAL.arrays), values.wholeArray())],
      [2, () => this.#setGlobal()],
      [1, () => m.local.set(LOCAL.holder, this.#newHolder())],
      [2, () => m.struct.set(HOLDER.array, this.#holderRef(), this.#aliasedArray())],
      [2, () => m.struct.set(HOLDER.other, this.#holderRef(), this.#aliasedArray())],
      [2, () => m.local.set(LOCAL.other, this.#aliasedArray())],
      [3, () => m.call(HELPER.gc, [], binaryen.none)],
      [2, () => m.call(HELPER.churn, [m.i32.const(this.#random.int(1, MAX_CHURN))], binaryen.none)],
      [3, () => this.#observe(this.#aliasedArray())],
      [1, () => this.#observe(m.local.get(LOCAL.holder, this.#holder))],
    ])();
  }

  // --- Arrays by various ways --------------------------------------------------------------------------

  #local(index: number): Expression {
    return this.#m.local.get(index, this.#array);
  }
  #holderRef(): Expression {
    return this.#m.local.get(LOCAL.holder, this.#holder);
  }
  #globalArray(): Expression {
    return this.#m.global.get(this.#random.pick(this.#globals).name, this.#array);
  }
  #existingArray(): Expression {
    return this.#random.chance(0.7) ? this.#local(this.#random.pick(LOCAL.arrays)) : this.#globalArray();
  }
  #newHolder(): Expression {
    return this.#m.struct.new([this.#existingArray(), this.#m.ref.null(binaryen.eqref)], this.#shape.holder);
  }
  /** An existing array, read from wherever it may be. */
  #aliasedArray(): Expression {
    const m = this.#m;
    return this.#random.weighted<Statement>([
      [5, () => this.#existingArray()],
      [2, () => m.struct.get(HOLDER.array, this.#holderRef(), this.#array, false)],
      [1, () => m.call(HELPER.same, [this.#existingArray()], this.#array)],
      [1, () => m.ref.cast(m.block(null, [this.#existingArray()], binaryen.eqref), this.#array)],
    ])();
  }
  /** The same value, with a collection after it is computed and while it is on the operand stack alone, now and then. */
  #overCollection(value: Expression, type: binaryen.Type): Expression {
    if (!this.#random.chance(0.15)) return value;
    const m = this.#m;
    return m.block(null, [m.call(HELPER.gc, [], binaryen.none), value], type);
  }

  // --- Statements --------------------------------------------------------------------------------------

  #index(): Expression {
    const last = this.#random.chance(0.02) ? this.#length : Math.max(0, this.#length - 1);
    return this.#m.i32.const(this.#random.int(0, last));
  }

  #copy(): Expression {
    const m = this.#m;
    const { to, from, length } = drawRanges(this.#random, this.#length);
    const [target, source] = this.#copyArrays();
    const operands = [target, m.i32.const(to), source, m.i32.const(from), m.i32.const(length)] as const;
    return this.#random.chance(0.2) ? m.call(HELPER.copy, operands, binaryen.none) : m.array.copy(...operands);
  }
  /** Both arrays of a copy: the same local or global twice, or whatever comes. */
  #copyArrays(): readonly [Expression, Expression] {
    if (this.#random.chance(0.3)) return [this.#aliasedArray(), this.#overCollection(this.#aliasedArray(), this.#array)];
    const local = this.#random.pick(LOCAL.arrays);
    const global = this.#random.pick(this.#globals).name;
    const inGlobal = this.#random.chance(0.4);
    const again = (): Expression => (inGlobal ? this.#m.global.get(global, this.#array) : this.#local(local));
    return [again(), this.#overCollection(again(), this.#array)];
  }
  #copyFromSource(): Expression {
    const m = this.#m;
    const { to, from, length } = drawRanges(this.#random, this.#length);
    const source = m.local.get(LOCAL.source, this.#source);
    return m.array.copy(this.#aliasedArray(), m.i32.const(to), source, m.i32.const(from), m.i32.const(length));
  }
  #fill(): Expression {
    const m = this.#m;
    const { to, length } = drawRanges(this.#random, this.#length);
    return m.array.fill(this.#aliasedArray(), m.i32.const(to), this.#values.element(), m.i32.const(length));
  }
  #setGlobal(): Expression {
    const targets = this.#globals.filter(({ mutable }) => mutable);
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
    return this.#length <= 8 ? 3 : this.#length <= 32 ? 2 : 1;
  }
}
