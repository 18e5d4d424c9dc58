/** Lets a function return nothing, or one value less, and leaves out the instructions that made the result. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { FuncType } from '#wasm/syntax/types.ts';
import type { Reducer } from '../gate.ts';
import type { Range } from '../operands.ts';
import { valueAt, withoutRanges } from '../operands.ts';
import type { Site } from '../sites.ts';
import { forEachModule, sitesOf, withExpr } from '../sites.ts';
import { funcType, importedFunctions, withFuncType, without } from '../types.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';

/** What makes the result, at the end of the body and at each return. */
function resultValues(site: Site, results: number, k: number): readonly Range[] {
  const { expr, heights } = site;
  const returns = expr.flatMap(({ op }, at) => (op === Op.return ? [at] : []));
  // Where the end cannot be reached nothing makes the result.
  return [...returns, expr.length]
    .map((point) => valueAt(site, point, heights[point]! - results + k))
    .filter((range) => range !== undefined);
}

function isCallOf(instruction: Instruction | undefined, func: number): boolean {
  return instruction?.op === Op.call && instruction.func === func;
}
/** Without the instruction that drops the only result of a call. */
function withoutDrops(expr: Expr, func: number): Expr {
  return expr.filter(({ op }, at) => op !== Op.drop || !isCallOf(expr[at - 1], func));
}

/** @param position of the function */
function withoutResult(module: Module, position: number, type: FuncType, k: number): Module {
  const index = importedFunctions(module) + position;
  let changed = withFuncType(module, position, { ...type, results: without(type.results, k) });
  for (const site of sitesOf(module)) {
    if (site.place.kind !== 'function') continue;
    const isIt = site.place.position === position;
    const expr = isIt ? withoutRanges(site, resultValues(site, type.results.length, k)) : site.expr;
    if (isIt || site.expr.some((instruction) => isCallOf(instruction, index))) {
      changed = withExpr(changed, site.place, type.results.length === 1 ? withoutDrops(expr, index) : expr);
    }
  }
  return withoutUnused(changed, definitionsOf(changed));
}

/** Without any result, and without the last instruction, which may have made all of them. */
function withoutResults(module: Module, position: number, type: FuncType): Module {
  const { body } = module.functions[position]!;
  const changed = withFuncType(module, position, { ...type, results: [] });
  const shorter = withExpr(changed, { kind: 'function', position }, body.slice(0, -1));
  return withoutUnused(shorter, definitionsOf(shorter));
}

export const dropResults: Reducer = {
  name: 'drop-results',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      const typeOf = (position: number): FuncType | undefined => funcType(current(), current().functions[position]!.typeIndex);
      for (let position = 0; position < current().functions.length; position++) {
        const type = typeOf(position);
        if (type === undefined || type.results.length === 0) continue;
        if (attempt(() => withoutResults(current(), position, type))) continue;
        for (let k = type.results.length - 1; k >= 0; k--) {
          attempt(() => withoutResult(current(), position, typeOf(position)!, k));
        }
      }
    }),
};
