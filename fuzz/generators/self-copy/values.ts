/**
 * Expressions that make values: elements for arrays, and whole arrays, fresh and shared. Those for constant expressions use
 * only what the specification allows there (Validation / Instructions / Constant Expressions).
 */
import binaryen from 'binaryen';
import { ABSTRACT, refTo } from '../binaryen-module.ts';
import type { Random } from '../random.ts';
import type { ElementKind, Shape } from './shapes.ts';

type Expression = binaryen.ExpressionRef;
type Maker = () => Expression;

/** Elements that an array written out in full has at most; longer ones are filled. */
const MAX_WRITTEN_OUT = 8;
const MAX_I31 = 2 ** 30 - 1;

/** What a body can name; absent in constant expressions. */
export interface Surroundings {
  /** An array that is there already, of type `(ref null array)`. */
  readonly someArray: Maker;
  /** Anything that is there already, of type eqref. */
  readonly something: Maker;
  /** An index that is in bounds most of the time. */
  readonly index: Maker;
}

export class Values {
  readonly m: binaryen.Module;
  readonly random: Random;
  readonly shape: Shape;
  /** Length of nearly all arrays of the module. */
  readonly length: number;
  readonly #around: Surroundings | undefined;

  constructor(m: binaryen.Module, random: Random, shape: Shape, length: number, around?: Surroundings) {
    this.m = m;
    this.random = random;
    this.shape = shape;
    this.length = length;
    this.#around = around;
  }

  i32(value: number): Expression {
    return this.m.i32.const(value);
  }

  /** A value of the array's element type. @param depth of objects within objects that may follow */
  element(depth = 2): Expression {
    return this.#value(this.shape.kind, this.shape.nullable, depth);
  }
  /** A value of the element type of the array to copy from. */
  sourceElement(depth = 1): Expression {
    return this.#value(this.shape.sourceKind, this.shape.sourceNullable, depth);
  }
  /** A new object that the array can hold; i31 where it holds nothing else. */
  object(depth = 1): Expression {
    return this.#fresh(this.shape.kind, depth, ['node', 'self']);
  }

  /** @param choice where there is one */
  #fresh(kind: ElementKind, depth: number, choice: readonly ElementKind[]): Expression {
    switch (kind) {
      case 'any':
      case 'eq':
        return this.#fresh(this.random.pick(choice), depth, choice);
      case 'i31':
        return this.i31();
      case 'struct':
      case 'node':
        return this.node(depth);
      case 'array':
      case 'self':
        return this.array(depth);
      case 'source':
        return this.#arrayOf(this.shape.source, depth, () => this.sourceElement(depth - 1));
    }
  }
  #value(kind: ElementKind, nullable: boolean, depth: number): Expression {
    const around = this.#around;
    const type = this.#typeOf(kind, nullable);
    const { m } = this;
    return this.random.weighted<Maker>([
      [nullable ? 2 : 0, () => m.ref.null(type)],
      [6, () => this.#fresh(kind, depth, ['i31', 'node', 'self'])],
      [around !== undefined && kind === this.shape.kind ? 2 : 0, () => this.#existingElement(nullable, around!)],
      [around !== undefined && kind === 'self' ? 4 : 0, () => this.#existingArray(nullable, around!)],
      [around !== undefined && nullable && kind === 'eq' ? 4 : 0, () => around!.something()],
    ])();
  }
  #typeOf(kind: ElementKind, nullable: boolean): binaryen.Type {
    const { node, array, source } = this.shape;
    const own = { node, self: array, source };
    return refTo(kind === 'node' || kind === 'self' || kind === 'source' ? own[kind] : ABSTRACT[kind], nullable);
  }
  #existingElement(nullable: boolean, { someArray, index }: Surroundings): Expression {
    const value = this.m.array.get(someArray(), index(), this.shape.element, false);
    return this.shape.nullable && !nullable ? this.m.ref.as_non_null(value) : value;
  }
  #existingArray(nullable: boolean, { someArray }: Surroundings): Expression {
    return nullable ? someArray() : this.m.ref.as_non_null(someArray());
  }

  i31(): Expression {
    return this.m.ref.i31(this.i32(this.random.pick([0, 1, -1, 7, MAX_I31, this.random.int(-99, 99)])));
  }

  /** A new node or node of the subtype. */
  node(depth: number): Expression {
    const { m, random, shape } = this;
    const fields = [this.i32(random.int(0, 99)), this.#link(depth)];
    if (random.chance(0.75)) return m.struct.new(fields, shape.node);
    return m.struct.new([...fields, this.#link(depth)], shape.subNode);
  }
  #link(depth: number): Expression {
    const { m, random } = this;
    if (depth <= 0) return random.chance(0.5) ? this.i31() : m.ref.null(binaryen.eqref);
    return random.weighted<Maker>([
      [3, () => m.ref.null(binaryen.eqref)],
      [2, () => this.i31()],
      [2, () => this.node(depth - 1)],
      [1, () => this.array(depth - 1)],
    ])();
  }

  /** A new array as an element of something: short. */
  array(depth: number): Expression {
    return this.#arrayOf(this.shape.array, depth, () => this.element(depth - 1));
  }
  #arrayOf(type: binaryen.HeapType, depth: number, element: Maker): Expression {
    return this.m.array.new_fixed(type, this.#list(depth <= 0 ? 0 : this.random.int(0, 2), element));
  }
  /** A new array of the module's length, of the array type or its subtype. */
  wholeArray(type: binaryen.HeapType = this.shape.array): Expression {
    return this.#arrayOfLength(type, this.length, this.shape.nullable, () => this.element());
  }
  /** A new array to copy from. */
  wholeSource(): Expression {
    return this.#arrayOfLength(this.shape.source, this.length, this.shape.sourceNullable, () => this.sourceElement());
  }
  #arrayOfLength(type: binaryen.HeapType, length: number, nullable: boolean, element: Maker): Expression {
    const { m } = this;
    return this.random.weighted<Maker>([
      [length <= MAX_WRITTEN_OUT ? 6 : 0, () => m.array.new_fixed(type, this.#list(length, element))],
      [2, () => m.array.new(type, this.i32(length), element())],
      [nullable ? 1 : 0, () => m.array.new_default(type, this.i32(length))],
    ])();
  }
  #list(length: number, element: Maker): Expression[] {
    return Array.from({ length }, () => element());
  }
}
