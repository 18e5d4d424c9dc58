/** The size of a module as people count it. */
import type { Expr } from './instructions.ts';
import { Op } from './instructions.ts';
import type { Module } from './module.ts';

function countOperators(expr: Expr): number {
  let count = 0;
  for (const { op } of expr) if (op !== Op.end && op !== Op.else) count++;
  return count;
}

/**
 * Operators in function bodies and constant expressions, without `end` and `else`. The items of an element segment
 * that are plain function indices count as well: they are constant expressions with one operator each.
 */
export function countInstructions(module: Module): number {
  let count = 0;
  for (const { body } of module.functions) count += countOperators(body);
  for (const { init } of module.tables) count += init === undefined ? 0 : countOperators(init);
  for (const { init } of module.globals) count += countOperators(init);
  for (const { items, mode } of module.elements) {
    for (const item of items) count += countOperators(item);
    if (mode.kind === 'active') count += countOperators(mode.offset);
  }
  for (const { mode } of module.datas) if (mode.kind === 'active') count += countOperators(mode.offset);
  return count;
}
