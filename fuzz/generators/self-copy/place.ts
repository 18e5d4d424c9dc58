/** Where a statement of a self-copy body stands: what it can name there. */
import binaryen from 'binaryen';
import { refTo } from '../binaryen-module.ts';
import type { Random } from '../random.ts';
import { HELPER } from './helpers.ts';
import type { Shape } from './shapes.ts';
import { Values } from './values.ts';

type Expression = binaryen.ExpressionRef;

/** Locals by index. */
export const LOCAL = { arrays: [0, 1, 2], source: 3, holder: 4, other: 5, sum: 6 } as const;

/** Globals of the module that hold the module's arrays. */
export interface ArrayGlobal {
  readonly name: string;
  readonly mutable: boolean;
}

export class Place {
  readonly m: binaryen.Module;
  readonly random: Random;
  readonly shape: Shape;
  /** Length of nearly all arrays of the module. */
  readonly length: number;
  readonly globals: readonly ArrayGlobal[];
  /** `(ref null array)`, `(ref null holder)` and `(ref null source)` */
  readonly array: binaryen.Type;
  readonly holder: binaryen.Type;
  readonly source: binaryen.Type;
  /** Values that name nothing. */
  readonly fresh: Values;

  constructor(m: binaryen.Module, random: Random, shape: Shape, length: number, globals: readonly ArrayGlobal[]) {
    this.m = m;
    this.random = random;
    this.shape = shape;
    this.length = length;
    this.globals = globals;
    this.array = refTo(shape.array, true);
    this.holder = refTo(shape.holder, true);
    this.source = refTo(shape.source, true);
    this.fresh = new Values(m, random, shape, length);
  }

  local(index: number): Expression {
    return this.m.local.get(index, this.array);
  }
  holderRef(): Expression {
    return this.m.local.get(LOCAL.holder, this.holder);
  }
  globalArray(): Expression {
    return this.m.global.get(this.random.pick(this.globals).name, this.array);
  }
  existingArray(): Expression {
    return this.random.chance(0.7) ? this.local(this.random.pick(LOCAL.arrays)) : this.globalArray();
  }
  /** The same value, with a collection before it is computed and while what was computed before is on the operand stack alone, now and then. */
  overCollection(value: Expression, type: binaryen.Type): Expression {
    if (!this.random.chance(0.15)) return value;
    const { m } = this;
    return m.block(null, [m.call(HELPER.gc, [], binaryen.none), value], type);
  }
}
