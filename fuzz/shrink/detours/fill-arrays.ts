/** Lets arrays that begin with nulls begin with objects: what puts some there may go. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { sitesOf, withExpr } from '../sites.ts';
import { smallObjectsOf } from '../small-values.ts';
import { moduleDetour } from './detour.ts';

const MAX_LENGTH = 4;

/** @param at of an `array.new_default` */
function filled(expr: Expr, at: number, objects: readonly Instruction[]): readonly Expr[] {
  const [length, make] = [expr[at - 1], expr[at]];
  if (make?.op !== Op['array.new_default'] || length?.op !== Op['i32.const'] || length.value < 1 || length.value > MAX_LENGTH) return [];
  return objects.map((object) => [
    ...expr.slice(0, at - 1),
    ...Array.from({ length: length.value }, () => object),
    { op: Op['array.new_fixed'], type: make.type, length: length.value },
    ...expr.slice(at + 1),
  ]);
}

export const fillArrays = moduleDetour('fill-arrays', (module: Module) => {
  const objects = smallObjectsOf(module);
  return sitesOf(module).flatMap(({ place, expr }) =>
    expr.flatMap((_, at) => filled(expr, at, objects).map((variant) => () => withExpr(module, place, variant))),
  );
});
