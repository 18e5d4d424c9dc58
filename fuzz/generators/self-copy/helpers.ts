/** The functions that every self-copy module has, besides those it exports for the host to call. */
import binaryen from 'binaryen';
import { ABSTRACT, refTo } from '../binaryen-module.ts';
import type { Shape } from './shapes.ts';
import { HOLDER, NODE } from './shapes.ts';

type Expression = binaryen.ExpressionRef;

/** Names of the functions. */
export const HELPER = { gc: 'gc', fold: 'fold', copy: 'copy', same: 'same', churn: 'churn' } as const;

/** Arrays with at least so many elements are folded in part. */
const SAMPLES_LOG2 = 6;

const { anyref, eqref, i31ref, i32, none } = binaryen;

export function addHelpers(m: binaryen.Module, shape: Shape): void {
  m.addFunctionImport(HELPER.gc, 'env', 'gc', none, none);
  addFold(m, shape);
  addCopy(m, shape);
  addSame(m, shape);
  addChurn(m, shape);
}

/**
 * `fold(value: anyref, depth: i32) -> i32`: a number that depends on everything that can be reached from the value in
 * `depth` steps. It never traps.
 */
function addFold(m: binaryen.Module, shape: Shape): void {
  const [value, depth, index, sum, array, source] = [0, 1, 2, 3, 4, 5];
  const arrayType = refTo(shape.array, true);
  const sourceType = refTo(shape.source, true);
  const get = (): Expression => m.local.get(value, anyref);
  const number = (local: number): Expression => m.local.get(local, i32);
  const one = (): Expression => m.i32.const(1);
  const cast = (type: binaryen.HeapType): Expression => m.ref.cast(get(), refTo(type, false));
  const when = (condition: Expression, result: Expression): Expression => m.if(condition, m.return(result));
  const is = (type: binaryen.HeapType): Expression => m.ref.test(get(), refTo(type, false));
  const deeper = (inner: Expression): Expression => m.call(HELPER.fold, [inner, number(depth)], i32);
  const mixed = (left: Expression, right: Expression): Expression => m.i32.add(m.i32.mul(left, m.i32.const(31)), right);

  /** Every element of short arrays, some of long ones. */
  const stride = (self: Expression): Expression => m.i32.add(one(), m.i32.shr_u(m.array.len(self), m.i32.const(SAMPLES_LOG2)));
  /** Returns a number for the array, which is kept in `local`. */
  const overArray = (type: binaryen.HeapType, refType: binaryen.Type, element: binaryen.Type, local: number, label: string): Expression => {
    const self = (): Expression => m.local.get(local, refType);
    return m.block(null, [
      m.local.set(local, cast(type)),
      m.local.set(sum, m.array.len(self())),
      m.if(
        number(sum),
        m.loop(
          label,
          m.block(null, [
            m.local.set(sum, mixed(number(sum), deeper(m.array.get(self(), number(index), element, false)))),
            m.local.set(index, m.i32.add(number(index), stride(self()))),
            m.br(label, m.i32.lt_u(number(index), m.array.len(self()))),
          ]),
        ),
      ),
      m.return(number(sum)),
    ]);
  };

  m.addFunction(HELPER.fold, binaryen.createType([anyref, i32]), i32, [i32, i32, arrayType, sourceType], m.block(null, [
    when(m.ref.is_null(get()), one()),
    when(is(ABSTRACT.i31), m.i31.get_s(m.ref.cast(get(), i31ref))),
    when(m.i32.eqz(number(depth)), m.i32.const(2)),
    m.local.set(depth, m.i32.sub(number(depth), one())),
    m.if(is(shape.array), overArray(shape.array, arrayType, shape.element, array, 'elements')),
    m.if(is(shape.source), overArray(shape.source, sourceType, shape.sourceElement, source, 'source elements')),
    when(
      is(shape.node),
      mixed(
        m.struct.get(NODE.value, cast(shape.node), i32, false),
        deeper(m.struct.get(NODE.next, cast(shape.node), eqref, false)),
      ),
    ),
    when(is(shape.holder), deeper(m.struct.get(HOLDER.other, cast(shape.holder), eqref, false))),
    m.i32.const(3),
  ], i32));
}

/** `copy(to, toIndex, from, fromIndex, length)`: both arrays come as parameters, often the same one. */
function addCopy(m: binaryen.Module, shape: Shape): void {
  const array = refTo(shape.array, true);
  m.addFunction(
    HELPER.copy,
    binaryen.createType([array, i32, array, i32, i32]),
    none,
    [],
    m.array.copy(
      m.local.get(0, array),
      m.local.get(1, i32),
      m.local.get(2, array),
      m.local.get(3, i32),
      m.local.get(4, i32),
    ),
  );
}

/** `same(array) -> array` by way of eqref and a cast, and over a collection. */
function addSame(m: binaryen.Module, shape: Shape): void {
  const array = refTo(shape.array, true);
  m.addFunction(HELPER.same, eqref, array, [], m.block(null, [
    m.call(HELPER.gc, [], none),
    m.ref.cast(m.local.get(0, eqref), array),
  ], array));
}

/** `churn(count)`: allocates garbage, so that memory which was freed too early is used again. */
function addChurn(m: binaryen.Module, shape: Shape): void {
  const count = m.local.get(0, i32);
  m.addFunction(HELPER.churn, i32, none, [], m.loop('more', m.block(null, [
    m.drop(m.struct.new([m.i32.const(-1), m.ref.null(eqref)], shape.node)),
    m.drop(m.array.new_fixed(shape.array, [])),
    m.local.set(0, m.i32.sub(count, m.i32.const(1))),
    m.br('more', m.i32.gt_s(m.local.get(0, i32), m.i32.const(0))),
  ])));
}
