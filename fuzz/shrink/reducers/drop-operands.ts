/** Drops the operands of an instruction whose result is dropped, each as soon as it is there, and without what is only computed from it. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Reducer } from '../gate.ts';
import { operandsOf } from '../operands.ts';
import { isPlainValue } from '../plain-values.ts';
import type { Site } from '../sites.ts';
import { forEachInstruction } from '../sites.ts';

const DROP: Instruction = { op: Op.drop };

/** What they do may be of interest, whatever they do it with. */
const MAKERS: ReadonlySet<number> = new Set(
  (['struct.new', 'array.new_default', 'array.new_fixed', 'call', 'call_ref', 'call_indirect'] as const).map((name) => Op[name]),
);

/** Whether the instruction before a point takes the one value above `height`, and gives another that is only computed from it. */
function onlyConverts({ expr, heights, depths, floors }: Site, height: number, point: number): boolean {
  const at = point - 1;
  return !MAKERS.has(expr[at]!.op) && floors[at] === height && heights[at] === height + 1 && depths[at] === depths[point];
}

/** What is left of an operand that is dropped: the value that the last conversions or reads began with. */
function begun(site: Site, start: number, end: number): Expr {
  let last = end;
  while (last - 1 > start && onlyConverts(site, site.heights[start]!, last)) last--;
  const rest = site.expr.slice(start, last);
  return rest.length === 1 && isPlainValue(rest[0]!) ? [] : [...rest, DROP];
}

/** @param at of what may be a `drop` */
function droppedApart(site: Site, at: number): Expr | undefined {
  const { expr } = site;
  if (expr[at]!.op !== Op.drop || at === 0 || site.depths[at] !== site.depths[at - 1]) return undefined;
  const points = operandsOf(site, at - 1);
  if (points.length < 3 || site.heights[at] !== site.floors[at - 1]! + 1) return undefined;
  const operands = points.slice(1).map((end, k) => begun(site, points[k]!, end));
  return [...expr.slice(0, points[0]), ...operands.flat(), ...expr.slice(at + 1)];
}

export const dropOperands: Reducer = {
  name: 'drop-operands',
  reduce: (gate) => forEachInstruction(gate, droppedApart),
};
