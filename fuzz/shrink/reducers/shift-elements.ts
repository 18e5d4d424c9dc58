/** Leaves out the first element of an array, or of all that are as long, and lets one index, length or two be lower by one: where the next element lies is where the first one was. */
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { Reducer } from '../gate.ts';
import { operandAt, withoutRanges } from '../operands.ts';
import type { Site } from '../sites.ts';
import { forEachModule, sitesOf, withExpr } from '../sites.ts';

/** In bodies with more constants there would be too many pairs. */
const MAX_CONSTANTS = 8;

function lengthAt({ expr }: Site, at: number): number {
  const instruction = expr[at]!;
  return instruction.op === Op['array.new_fixed'] ? instruction.length : 0;
}

/** @param chosen positions of instructions that make arrays */
function withoutFirst(site: Site, chosen: readonly number[]): Expr | undefined {
  const ranges = chosen.map((at) => operandAt(site, at, 0));
  if (!ranges.every((range) => range !== undefined)) return undefined;
  const expr = site.expr.map((instruction, at) =>
    instruction.op === Op['array.new_fixed'] && chosen.includes(at) ? { ...instruction, length: instruction.length - 1 } : instruction,
  );
  return withoutRanges({ expr }, ranges);
}

/** The module with one array shorter, or all that are as long as that one. */
function shorter(module: Module): readonly Module[] {
  const sites = sitesOf(module);
  const single = sites.flatMap((site) => [...site.expr.keys()].filter((at) => lengthAt(site, at) > 1).map((at) => ({ site, at })));
  const apart = single.map(({ site, at }) => [{ site, chosen: [at] }]);
  const together = [...new Set(single.map(({ site, at }) => lengthAt(site, at)))].map((length) =>
    sites.map((site) => ({ site, chosen: [...site.expr.keys()].filter((at) => lengthAt(site, at) === length) })),
  );
  return [...apart, ...together].map((changes) =>
    changes.reduce((changed, { site, chosen }) => {
      const expr = chosen.length === 0 ? undefined : withoutFirst(site, chosen);
      return expr === undefined ? changed : withExpr(changed, site.place, expr);
    }, module),
  );
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
  return shorter(module).flatMap((changed) =>
    changed.functions.flatMap(({ body }, position) => lowered(body).map((expr) => () => withExpr(changed, { kind: 'function', position }, expr))),
  );
}

export const shiftElements: Reducer = {
  name: 'shift-elements',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      while (shifted(current()).some(attempt));
    }),
};
