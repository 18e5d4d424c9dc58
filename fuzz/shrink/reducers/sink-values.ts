/** Computes a value where a variable with it is read, in the place of before: what is in between then comes first. */
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Reducer } from '../gate.ts';
import { operandAt } from '../operands.ts';
import type { Site } from '../sites.ts';
import { forEachInstruction } from '../sites.ts';

/** @param at of what may be an assignment */
function sunk(site: Site, at: number): Expr | undefined {
  const { expr } = site;
  const set = expr[at]!;
  if (set.op !== Op['local.set']) return undefined;
  const [start, end] = operandAt(site, at, 0) ?? [];
  const read = expr.findIndex((instruction, i) => i > at && instruction.op === Op['local.get'] && instruction.local === set.local);
  // Values that a block leaves with others cannot be moved alone.
  if (start === undefined || end !== at || read < 0) return undefined;
  return [...expr.slice(0, start), ...expr.slice(at + 1, read), ...expr.slice(start, at), ...expr.slice(read + 1)];
}

export const sinkValues: Reducer = {
  name: 'sink-values',
  reduce: (gate) => forEachInstruction(gate, sunk),
};
