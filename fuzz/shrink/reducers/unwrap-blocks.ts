/**
 * Takes away a block around its instructions, or all of an `if` but one of its branches. What branched to the block does so no more: control goes
 * on behind the branch, and a loop is gone through once.
 */
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

/** Goes on where a branch would have left: undefined for branches that decide in other ways than by an integer. */
function straight({ op }: Instruction): Expr | undefined {
  if (op === Op.br) return [];
  return op === Op.br_if ? [DROP] : undefined;
}

/** The instructions with labels as they are without the block around; undefined when something needs that block. */
function lowered(expr: Expr): Expr | undefined {
  let depth = 0;
  const result: Instruction[] = [];
  for (const instruction of expr) {
    let namesBlock = false;
    const label = (index: number): number => {
      if (index === depth) namesBlock = true;
      return index > depth ? index - 1 : index;
    };
    const mapped = mapInstruction(instruction, { label });
    const kept = namesBlock ? straight(instruction) : [mapped];
    if (kept === undefined) return undefined;
    result.push(...kept);
    if (opensBlock(instruction)) depth++;
    else if (instruction.op === Op.end) depth--;
  }
  return result;
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
