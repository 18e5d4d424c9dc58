/** Puts a large number in the place of a small one: an operation on so many elements stands in for others that spend fuel or fill the heap. */
import { Op } from '#wasm/syntax/instructions.ts';
import { sitesOf, withExpr } from '../sites.ts';
import { moduleDetour } from './detour.ts';

const NUMBERS = [64, 1024];

export const raiseNumbers = moduleDetour('raise-numbers', (module) =>
  sitesOf(module).flatMap(({ place, expr }) =>
    expr.flatMap((instruction, at) =>
      instruction.op !== Op['i32.const']
        ? []
        : NUMBERS.filter((value) => value > instruction.value).map((value) => () => withExpr(module, place, expr.with(at, { op: Op['i32.const'], value }))),
    ),
  ),
);
