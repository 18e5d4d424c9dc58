/** Shortens `array.new_fixed` by one element after the other. */
import { Op } from '#wasm/syntax/instructions.ts';
import type { Reducer } from '../gate.ts';
import { operandAt, withoutRanges } from '../operands.ts';
import { forEachSite } from '../sites.ts';

export const dropElements: Reducer = {
  name: 'drop-elements',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      for (let at = current().expr.length - 1; at > 0; at--) {
        for (let k = 0; k < current().expr.length; k++) {
          const site = current();
          const instruction = site.expr[at];
          if (instruction?.op !== Op['array.new_fixed'] || k >= instruction.length) break;
          const range = operandAt(site, at, k);
          if (range === undefined) break;
          const shorter = { ...instruction, length: instruction.length - 1 };
          const expr = site.expr.map((old, i) => (i === at ? shorter : old));
          if (!attempt(withoutRanges({ expr }, [range]))) continue;
          at -= range[1] - range[0];
          k--;
        }
      }
    }),
};
