/** Puts the test that decides a branch in the place of a block, or of a body, that says by a number which way control went. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { FuncType } from '#wasm/syntax/types.ts';
import { ValType, heapTypeOf, isNullable } from '#wasm/syntax/types.ts';
import { blockFuncType, blocksAround, bounds, opensBlock } from '../blocks.ts';
import type { Reducer } from '../gate.ts';
import type { Site } from '../sites.ts';
import { forEachSite } from '../sites.ts';
import { funcType } from '../types.ts';

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
  const around = new Set(blocksAround(expr, at));
  return expr.slice(start, at).filter((_, i) => !around.has(start + i));
}

/** From the block's opening, or from the start of a function, to its end. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Blocks that give a number, and the body of a function that returns one. */
function spansOf({ module, expr, place }: Site): readonly Span[] {
  const blocks = expr.flatMap((block, start): readonly Span[] => {
    const type = opensBlock(block) ? blockFuncType(module, block.blockType) : undefined;
    return type !== undefined && type.params.length === 0 && givesNumber(type) ? [{ start, end: bounds(expr, start).end + 1 }] : [];
  });
  const isBody = place.kind === 'function' && givesNumber(funcType(module, module.functions[place.position]!.typeIndex)!);
  return isBody ? [{ start: 0, end: expr.length }, ...blocks] : blocks;
}
function givesNumber({ results }: Pick<FuncType, 'results'>): boolean {
  return results.length === 1 && results[0] === ValType.i32;
}

/** The expression with a test in the place of a block. */
function tested(site: Site): readonly Expr[] {
  const { expr } = site;
  return spansOf(site).flatMap(({ start, end }) =>
    [...expr.keys()].slice(start, end).flatMap((at) => {
      const test = testFor(expr[at]!);
      return test === undefined ? [] : [[...expr.slice(0, start), ...before(expr, start, at), ...test, ...expr.slice(end)]];
    }),
  );
}

export const testValues: Reducer = {
  name: 'test-values',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      while (tested(current()).some(attempt));
    }),
};
