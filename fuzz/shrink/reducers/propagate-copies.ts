/** Puts the one instruction whose value a local is given in the place of reads of that local; and writes and reads with one instruction. */
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
        if (set?.op !== Op['local.set']) continue;
        if (isPlainValue(value) && attempt(substituted(expr, at, set.local, value))) continue;
        const read = expr[at + 1];
        const tee: Instruction = { ...set, op: Op['local.tee'] };
        if (read?.op === Op['local.get'] && read.local === set.local) attempt([...expr.slice(0, at), tee, ...expr.slice(at + 2)]);
      }
    }),
};
