/** Leaves out the first element of an array, and lets one index or two be lower by one: where the next element lies is where the first one was. */
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { Reducer } from '../gate.ts';
import { operandAt, withoutRanges } from '../operands.ts';
import type { Site } from '../sites.ts';
import { forEachModule, sitesOf, withExpr } from '../sites.ts';

/** In bodies with more constants there would be too many pairs. */
const MAX_CONSTANTS = 8;

function withoutFirst(site: Site, at: number): Module | undefined {
  const make = site.expr[at]!;
  const range = make.op === Op['array.new_fixed'] && make.length > 1 ? operandAt(site, at, 0) : undefined;
  if (make.op !== Op['array.new_fixed'] || range === undefined) return undefined;
  const expr = site.expr.with(at, { ...make, length: make.length - 1 });
  return withExpr(site.module, site.place, withoutRanges({ expr }, [range]));
}

/** With one constant or two of a body lower by one. */
function lowered(body: Expr): readonly Expr[] {
  const positions = [...body.keys()].filter((at) => {
    const instruction = body[at]!;
    return instruction.op === Op['i32.const'] && instruction.value > 0;
  });
  if (positions.length > MAX_CONSTANTS) return [];
  const choices = positions.flatMap((one, i) => [[one], ...positions.slice(i + 1).map((other) => [one, other])]);
  return choices.map((chosen) =>
    body.map((instruction, at) => (instruction.op === Op['i32.const'] && chosen.includes(at) ? { ...instruction, value: instruction.value - 1 } : instruction)),
  );
}

function shifted(module: Module): readonly (() => Module)[] {
  return sitesOf(module).flatMap((site) =>
    site.expr.flatMap((_, at) => {
      const shorter = withoutFirst(site, at);
      if (shorter === undefined) return [];
      return shorter.functions.flatMap(({ body }, position) => lowered(body).map((expr) => () => withExpr(shorter, { kind: 'function', position }, expr)));
    }),
  );
}

export const shiftElements: Reducer = {
  name: 'shift-elements',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      while (shifted(current()).some(attempt));
    }),
};
