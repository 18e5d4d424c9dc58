/** Shortens `array.new_fixed` by one element after the other. */
import { Op } from '#wasm/syntax/instructions.ts';
import type { Reducer } from '../gate.ts';
import type { Site } from '../sites.ts';
import { forEachSite } from '../sites.ts';

/** Range of the operand that lies at `height` when the instruction at `at` is reached. */
function operand({ heights, depths }: Site, at: number, height: number): readonly [start: number, end: number] | undefined {
  let end = at;
  while (end > 0 && (heights[end]! > height + 1 || depths[end] !== depths[at])) end--;
  let start = end;
  while (start > 0 && (heights[start]! > height || depths[start] !== depths[at])) start--;
  return heights[end] === height + 1 && heights[start] === height ? [start, end] : undefined;
}

export const dropElements: Reducer = {
  name: 'drop-elements',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      for (let at = current().expr.length - 1; at > 0; at--) {
        for (let k = 0; k < current().expr.length; k++) {
          const site = current();
          const instruction = site.expr[at];
          if (instruction?.op !== Op['array.new_fixed'] || k >= instruction.length) break;
          const range = operand(site, at, site.floors[at]! + k);
          if (range === undefined) break;
          const shorter = { ...instruction, length: instruction.length - 1 };
          const [start, end] = range;
          const { expr } = site;
          if (attempt([...expr.slice(0, start), ...expr.slice(end, at), shorter, ...expr.slice(at + 1)])) at -= end - start;
        }
      }
    }),
};
