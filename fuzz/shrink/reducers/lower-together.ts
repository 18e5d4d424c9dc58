/** Brings two equal constants of one expression nearer to zero together: where something lies, and where it is looked for. */
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Reducer } from '../gate.ts';
import { descend } from '../numbers.ts';
import { forEachSite } from '../sites.ts';

/** In expressions with more constants there would be too many pairs. */
const MAX_CONSTANTS = 16;

function valueAt(expr: Expr, at: number): number {
  const instruction = expr[at];
  return instruction?.op === Op['i32.const'] ? instruction.value : 0;
}
function withValues(expr: Expr, positions: readonly number[], value: number): Expr {
  return expr.map((old, at) => (positions.includes(at) ? { op: Op['i32.const'], value } : old));
}

export const lowerTogether: Reducer = {
  name: 'lower-together',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      const constants = [...current().expr.keys()].filter((at) => valueAt(current().expr, at) !== 0);
      if (constants.length > MAX_CONSTANTS) return;
      for (const left of constants) {
        for (const right of constants) {
          const value = valueAt(current().expr, left);
          if (right <= left || value === 0 || value !== valueAt(current().expr, right)) continue;
          descend(value, (lower) => attempt(withValues(current().expr, [left, right], lower)));
        }
      }
    }),
};
