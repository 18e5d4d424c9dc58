/** Names the function that is called through a reference or a table. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule, sitesOf, withExpr } from '../sites.ts';
import { functionTypeIndices } from '../types.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';

const DIRECT: ReadonlyMap<number, number> = new Map([
  [Op.call_ref, Op.call],
  [Op.call_indirect, Op.call],
  [Op.return_call_ref, Op.return_call],
  [Op.return_call_indirect, Op.return_call],
]);
/** Of the functions that may be in a table, so many are tried. */
const MAX_FUNCTIONS = 8;

/** What could be called at `at`, which takes one operand more than the function. */
function callees(module: Module, expr: Expr, at: number): readonly number[] {
  const [before, call] = [expr[at - 1], expr[at]!];
  if (before?.op === Op['ref.func']) return [before.func];
  if (before?.op !== Op['i32.const'] || !('table' in call)) return [];
  return functionTypeIndices(module).flatMap((type, func) => ('type' in call && typesOf(module)[type] === typesOf(module)[call.type] ? [func] : [])).slice(0, MAX_FUNCTIONS);
}

function directly(module: Module, expr: Expr, at: number): readonly Expr[] {
  const op = DIRECT.get(expr[at]!.op);
  if (op === undefined) return [];
  return callees(module, expr, at).map((func) => [...expr.slice(0, at - 1), { op, func } as Instruction, ...expr.slice(at + 1)]);
}

export const callDirectly: Reducer = {
  name: 'call-directly',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      const callOne = (): boolean =>
        sitesOf(current()).some(({ module, place, expr }) =>
          expr.some((_, at) =>
            directly(module, expr, at).some((direct) =>
              attempt(() => {
                const changed = withExpr(module, place, direct);
                return withoutUnused(changed, definitionsOf(changed));
              }),
            ),
          ),
        );
      while (callOne());
    }),
};
