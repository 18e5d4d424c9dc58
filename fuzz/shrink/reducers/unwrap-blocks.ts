/**
 * Takes away a block around its instructions, or all of an `if` but one of its branches. What branched to the block does so no more: control goes
 * on behind the branch, and a loop is gone through once; or it leaves the block around, too. An `if` may also become a block.
 */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { bounds, lowered, loweredOutwards, opensBlock } from '../blocks.ts';
import type { Reducer } from '../gate.ts';
import { isPlainValue } from '../plain-values.ts';
import { forEachSite } from '../sites.ts';

const DROP: Instruction = { op: Op.drop };

/** What may stand for the block opened at `start`. */
function unwrapped(expr: Expr, start: number, middle: number | undefined, end: number): readonly Expr[] {
  const inside = (from: number, to: number): readonly Expr[] => {
    const [body, outwards] = [lowered(expr.slice(from, to)), loweredOutwards(expr.slice(from, to))];
    return body === undefined ? [outwards] : [body, outwards];
  };
  if (expr[start]!.op !== Op.if) return inside(start + 1, end);
  const branches = [...inside(start + 1, middle ?? end), ...(middle === undefined ? [] : inside(middle + 1, end))];
  return branches.map((branch) => [DROP, ...branch]);
}

/** With one of its branches as a plain block in the place of an `if`: what branches to it still does. */
function asBlocks(expr: Expr, start: number, middle: number | undefined, end: number): readonly Expr[] {
  const head = expr[start]!;
  if (head.op !== Op.if) return [];
  const condition = start > 0 && isPlainValue(expr[start - 1]!) ? expr.slice(0, start - 1) : [...expr.slice(0, start), DROP];
  const branches = middle === undefined ? [expr.slice(start + 1, end)] : [expr.slice(start + 1, middle), expr.slice(middle + 1, end)];
  return branches.map((branch) => [...condition, { op: Op.block, blockType: head.blockType }, ...branch, ...expr.slice(end)]);
}

export const unwrapBlocks: Reducer = {
  name: 'unwrap-blocks',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      for (let start = current().expr.length - 1; start >= 0; start--) {
        const { expr } = current();
        if (start >= expr.length || !opensBlock(expr[start]!)) continue;
        const { middle, end } = bounds(expr, start);
        const bodies = unwrapped(expr, start, middle, end).map((body): Expr => [...expr.slice(0, start), ...body, ...expr.slice(end + 1)]);
        [...bodies, ...asBlocks(expr, start, middle, end)].some(attempt);
      }
    }),
};
