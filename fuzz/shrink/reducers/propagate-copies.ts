/** Puts the one instruction whose value a local is given in the place of reads of that local. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Reducer } from '../gate.ts';
import { isPlainValue } from '../plain-values.ts';
import { forEachSite } from '../sites.ts';

/** The expression without the assignment at `at` and with `value` for each read of the local; other writes stay. */
function substituted(expr: Expr, at: number, local: number, value: Instruction): Expr {
  const rest = [...expr.slice(0, at - 1), ...expr.slice(at + 1)];
  return rest.map((instruction) =>
    instruction.op === Op['local.get'] && instruction.local === local ? value : instruction,
  );
}

export const propagateCopies: Reducer = {
  name: 'propagate-copies',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      for (let at = current().expr.length - 1; at > 0; at--) {
        const { expr } = current();
        const set = expr[at];
        const value = expr[at - 1]!;
        if (set?.op === Op['local.set'] && isPlainValue(value)) attempt(substituted(expr, at, set.local, value));
      }
    }),
};
