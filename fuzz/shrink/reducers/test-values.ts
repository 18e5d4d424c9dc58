/** Puts the test that decides a branch in the place of a block that gives a number, or of a body: what they give says which way control went. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { FuncType } from '#wasm/syntax/types.ts';
import { ValType, heapTypeOf, isNullable } from '#wasm/syntax/types.ts';
import { blockFuncType, blocksAround, bounds, opensBlock } from '../blocks.ts';
import type { Reducer } from '../gate.ts';
import type { Site } from '../sites.ts';
import { forEachModule, sitesOf, withExpr } from '../sites.ts';
import { funcType, withFuncType } from '../types.ts';

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

/** Blocks that give a number. */
function numberBlocks({ module, expr }: Site): readonly Span[] {
  return expr.flatMap((block, start): readonly Span[] => {
    const type = opensBlock(block) ? blockFuncType(module, block.blockType) : undefined;
    return type !== undefined && type.params.length === 0 && givesNumber(type) ? [{ start, end: bounds(expr, start).end + 1 }] : [];
  });
}
function givesNumber({ results }: Pick<FuncType, 'results'>): boolean {
  return results.length === 1 && results[0] === ValType.i32;
}

/** The expression with a test in the place of a span. */
function tested({ expr }: Site, { start, end }: Span): readonly Expr[] {
  return [...expr.keys()].slice(start, end).flatMap((at) => {
    const test = testFor(expr[at]!);
    return test === undefined ? [] : [[...expr.slice(0, start), ...before(expr, start, at), ...test, ...expr.slice(end)]];
  });
}

/** With a function that returns the outcome of a test, whatever it has returned before. */
function returningTest(site: Site): readonly Module[] {
  const { module, place, expr } = site;
  if (place.kind !== 'function') return [];
  const type = funcType(module, module.functions[place.position]!.typeIndex)!;
  const retyped = givesNumber(type) ? module : withFuncType(module, place.position, { ...type, results: [ValType.i32] });
  return tested(site, { start: 0, end: expr.length }).map((body) => withExpr(retyped, place, body));
}

function variants(site: Site): readonly Module[] {
  const ofBlocks = numberBlocks(site).flatMap((span) => tested(site, span));
  return [...returningTest(site), ...ofBlocks.map((expr) => withExpr(site.module, site.place, expr))];
}

export const testValues: Reducer = {
  name: 'test-values',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      while (sitesOf(current()).some((site) => variants(site).some(attempt)));
    }),
};
