/** Puts the body of a loop in its place, two or more times one after the other, without what branches back. */
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { bounds, lowered } from '../blocks.ts';
import { withExpr } from '../sites.ts';
import { moduleDetour } from './detour.ts';

const TIMES = [2, 3, 4];
/** In instructions, when it is unrolled. */
const LONGEST = 120;

function unrolled(module: Module, position: number, body: Expr, start: number): readonly (() => Module)[] {
  const { end } = bounds(body, start);
  const once = lowered(body.slice(start + 1, end));
  if (once === undefined) return [];
  return TIMES.filter((times) => times * once.length <= LONGEST).map((times) => () => {
    const copies = Array.from({ length: times }, () => once).flat();
    return withExpr(module, { kind: 'function', position }, [...body.slice(0, start), ...copies, ...body.slice(end + 1)]);
  });
}

export const unrollLoops = moduleDetour('unroll-loops', (module) =>
  module.functions.flatMap(({ body }, position) =>
    body.flatMap(({ op }, at) => (op === Op.loop ? unrolled(module, position, body, at) : [])),
  ),
);
