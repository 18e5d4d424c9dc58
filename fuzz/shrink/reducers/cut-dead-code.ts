/**
 * Leaves out what cannot be reached or is of no use: what stands behind an instruction that never goes on, up to the end of the block; values that
 * lie on the stack when control leaves; and a return, branch or trap at the end, where control would go on all the same. A trap takes the place of
 * the rest of a body that does nothing more of interest.
 */
import type { BlockType, Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { bounds, endAround, opensBlock } from '../blocks.ts';
import type { Reducer } from '../gate.ts';
import { operandsOf, withoutRanges } from '../operands.ts';
import type { Site } from '../sites.ts';
import { forEachSite } from '../sites.ts';
import { funcType } from '../types.ts';

const LEAVES: ReadonlySet<number> = new Set([
  Op.br,
  Op.br_table,
  Op.return,
  Op.return_call,
  Op.return_call_ref,
  Op.return_call_indirect,
  Op.throw,
  Op.throw_ref,
  Op.unreachable,
]);

/** Whether control gets to the end of the block without the instruction, too. */
function isNoDetour({ expr, depths }: Site, at: number): boolean {
  const instruction = expr[at]!;
  return (instruction.op === Op.return && depths[at] === depths[0]) || (instruction.op === Op.br && instruction.label === 0);
}

/** Blocks that were given no type, because a trap behind them took care of it, get that of what is around them. */
function withResult({ module, place, expr }: Site, trap: number): Expr | undefined {
  if (expr[trap]!.op !== Op.unreachable || expr[trap - 1]?.op !== Op.end) return undefined;
  const around = expr.findLastIndex((instruction, at) => at < trap && opensBlock(instruction) && bounds(expr, at).end > trap);
  const outer = expr[around];
  let blockType: BlockType | undefined;
  if (outer !== undefined && opensBlock(outer)) ({ blockType } = outer);
  else if (place.kind === 'function') {
    const results = funcType(module, module.functions[place.position]!.typeIndex)!.results;
    if (results.length === 1) blockType = { kind: 'value', type: results[0]! };
  }
  const start = expr.findIndex((instruction, at) => opensBlock(instruction) && bounds(expr, at).end === trap - 1);
  const inner = expr[start];
  if (blockType === undefined || inner === undefined || !opensBlock(inner)) return undefined;
  const typed: Instruction = { ...inner, blockType };
  return [...expr.slice(0, start), typed, ...expr.slice(start + 1, trap), ...expr.slice(trap + 1)];
}

/** Without one at a time of the values on the stack: to the validator, what leaves takes them all. */
function withoutLeftovers(site: Site, at: number): readonly Expr[] {
  const points = operandsOf(site, at);
  return points.slice(1).map((end, k) => withoutRanges(site, [[points[k]!, end]]));
}

function shorter(site: Site, at: number): readonly Expr[] {
  const { expr } = site;
  const end = endAround(expr, at);
  const typed = withResult(site, at);
  return [
    ...(isNoDetour(site, at) ? [[...expr.slice(0, at), ...expr.slice(end)]] : []),
    ...(end > at + 1 ? [[...expr.slice(0, at + 1), ...expr.slice(end)]] : []),
    ...(typed === undefined ? [] : [typed]),
    ...withoutLeftovers(site, at),
  ];
}

const TRAP: Instruction = { op: Op.unreachable };

/**
 * Puts a trap in the place of the rest of a body, as early as it can be. By halves: what fails has to be run to get there, so if nothing can go behind
 * some instruction, nothing can go behind one before it.
 */
function trapEarly(current: () => Site, attempt: (expr: Expr) => boolean): void {
  const { place, expr, depths } = current();
  if (place.kind !== 'function') return;
  // Where a trap is shorter than what it replaces.
  const points = [...expr.keys()].filter((point) => depths[point] === depths[0] && point < expr.length - 1);
  for (let [low, high] = [0, points.length - 1]; low <= high; ) {
    const middle = high === points.length - 1 ? high : (low + high) >> 1;
    if (attempt([...expr.slice(0, points[middle]), TRAP])) high = middle - 1;
    else low = middle + 1;
  }
}

export const cutDeadCode: Reducer = {
  name: 'cut-dead-code',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      trapEarly(current, attempt);
      for (let at = current().expr.length - 1; at >= 0; at--) {
        const leaves = (): boolean => LEAVES.has(current().expr[at]?.op ?? Op.nop);
        while (leaves() && shorter(current(), at).some(attempt));
      }
    }),
};
