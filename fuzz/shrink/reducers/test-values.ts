/** Puts the test that decides a branch in the place of a block that says by a number which way control went. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { ValType, heapTypeOf, isNullable } from '#wasm/syntax/types.ts';
import { blockFuncType, bounds, opensBlock } from '../blocks.ts';
import type { Reducer } from '../gate.ts';
import type { Site } from '../sites.ts';
import { forEachSite } from '../sites.ts';

/** What makes a number of what such a branch looks at; undefined for other instructions. */
function testFor(instruction: Instruction): Expr | undefined {
  switch (instruction.op) {
    case Op.if:
    case Op.br_if:
    case Op.br_table:
      return [];
    case Op.br_on_null:
    case Op.br_on_non_null:
      return [{ op: Op['ref.is_null'] }];
    case Op.br_on_cast:
    case Op.br_on_cast_fail:
      return [{ op: isNullable(instruction.to) ? Op['ref.test null'] : Op['ref.test'], heapType: heapTypeOf(instruction.to) }];
    default:
      return undefined;
  }
}

/** What is done in front of `at`, without the blocks around it. */
function before(expr: Expr, start: number, at: number): Expr {
  const around = new Set([...expr.keys()].filter((i) => i >= start && i < at && opensBlock(expr[i]!) && bounds(expr, i).end > at));
  return expr.slice(start, at).filter((_, i) => !around.has(start + i));
}

/** What could stand in the place of the block opened at `start`. */
function tests({ module, expr }: Site, start: number): readonly Expr[] {
  const block = expr[start]!;
  const type = opensBlock(block) ? blockFuncType(module, block.blockType) : undefined;
  if (type === undefined || type.params.length > 0 || type.results.length !== 1 || type.results[0] !== ValType.i32) return [];
  const { end } = bounds(expr, start);
  return [...expr.keys()].slice(start, end).flatMap((at) => {
    const test = testFor(expr[at]!);
    return test === undefined ? [] : [[...expr.slice(0, start), ...before(expr, start, at), ...test, ...expr.slice(end + 1)]];
  });
}

export const testValues: Reducer = {
  name: 'test-values',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      for (let start = current().expr.length - 1; start >= 0; start--) {
        if (start < current().expr.length && opensBlock(current().expr[start]!)) tests(current(), start).some(attempt);
      }
    }),
};
