/**
 * Brings two constants of one expression nearer to zero by the same distance: where something lies and where it is looked for, or how much is
 * moved and where its end is looked for.
 */
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
function withValue(expr: Expr, at: number, value: number): Expr {
  return expr.with(at, { op: Op['i32.const'], value });
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
          const distance = valueAt(current().expr, right) - value;
          // Of a pair, the one that is nearer to zero gets there.
          if (right === left || value === 0 || Math.sign(value) !== Math.sign(value + distance) || Math.abs(value + distance) < Math.abs(value)) continue;
          if (distance === 0 && right < left) continue;
          descend(value, (lower) => attempt(withValue(withValue(current().expr, left, lower), right, lower + distance)));
        }
      }
    }),
};
