/** Puts a small number where a local is read: what brought the local to that number, round by round of a loop say, may go. */
import { Op } from '#wasm/syntax/instructions.ts';
import { ValType } from '#wasm/syntax/types.ts';
import { sitesOf, withExpr } from '../sites.ts';
import { moduleDetour } from './detour.ts';

const NUMBERS = [...Array(10).keys()];

export const fixVariables = moduleDetour('fix-variables', (module) =>
  sitesOf(module).flatMap(({ place, expr, tops }) =>
    expr.flatMap((instruction, at) =>
      instruction.op !== Op['local.get'] || tops[at + 1] !== ValType.i32
        ? []
        : NUMBERS.map((value) => () => withExpr(module, place, expr.with(at, { op: Op['i32.const'], value }))),
    ),
  ),
);
