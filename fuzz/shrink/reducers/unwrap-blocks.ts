/** Takes away a block around its instructions, or all of an `if` but one of its branches. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { mapInstruction } from '#wasm/syntax/map-indices.ts';
import type { Reducer } from '../gate.ts';
import { forEachSite } from '../sites.ts';

const DROP: Instruction = { op: Op.drop };

function opensBlock({ op }: Instruction): boolean {
  return op === Op.block || op === Op.loop || op === Op.if || op === Op.try_table;
}

/** Positions of the `else`, if any, and the `end` of the block opened at `start`. */
function bounds(expr: Expr, start: number): { readonly middle: number | undefined; readonly end: number } {
  let middle: number | undefined;
  let depth = 0;
  for (let at = start + 1; at < expr.length; at++) {
    const { op } = expr[at]!;
    if (opensBlock(expr[at]!)) depth++;
    else if (op === Op.else && depth === 0) middle = at;
    else if (op === Op.end && depth-- === 0) return { middle, end: at };
  }
  return { middle, end: expr.length };
}

/** The instructions with labels as they are without the block around; undefined when one of them names that block. */
function lowered(expr: Expr): Expr | undefined {
  let depth = 0;
  let namesBlock = false;
  const label = (index: number): number => {
    if (index === depth) namesBlock = true;
    return index > depth ? index - 1 : index;
  };
  const result = expr.map((instruction) => {
    const mapped = mapInstruction(instruction, { label });
    if (opensBlock(instruction)) depth++;
    else if (instruction.op === Op.end) depth--;
    return mapped;
  });
  return namesBlock ? undefined : result;
}

/** What may stand for the block opened at `start`. */
function unwrapped(expr: Expr, start: number, middle: number | undefined, end: number): readonly Expr[] {
  const inside = (from: number, to: number): readonly Expr[] => {
    const body = lowered(expr.slice(from, to));
    return body === undefined ? [] : [body];
  };
  if (expr[start]!.op !== Op.if) return inside(start + 1, end);
  const branches = [...inside(start + 1, middle ?? end), ...(middle === undefined ? [] : inside(middle + 1, end))];
  return branches.map((branch) => [DROP, ...branch]);
}

export const unwrapBlocks: Reducer = {
  name: 'unwrap-blocks',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      for (let start = current().expr.length - 1; start >= 0; start--) {
        const { expr } = current();
        if (start >= expr.length || !opensBlock(expr[start]!)) continue;
        const { middle, end } = bounds(expr, start);
        unwrapped(expr, start, middle, end).some((body) => attempt([...expr.slice(0, start), ...body, ...expr.slice(end + 1)]));
      }
    }),
};
