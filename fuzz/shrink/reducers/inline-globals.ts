/** Puts the initial value of a global where it is read: a global that is read in one place, or that holds a single instruction's value. */
import type { Expr } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule, sitesOf, withExpr } from '../sites.ts';
import { withoutDefinition } from './drop-unused.ts';

function substituted(expr: Expr, global: number, value: Expr): Expr {
  return expr.flatMap((instruction) => (instruction.op === Op['global.get'] && instruction.global === global ? value : [instruction]));
}

/** The module with the initial value in the place of all reads; sites are those of the module. */
function withoutReads(module: Module, position: number): Module {
  const imported = module.imports.filter(({ type }) => type.kind === 'global').length;
  const global = imported + position;
  const { init } = module.globals[position]!;
  let changed = module;
  for (const { place, expr } of sitesOf(module)) {
    const other = substituted(expr, global, init);
    if (other.length !== expr.length || other.some((instruction, at) => instruction !== expr[at])) changed = withExpr(changed, place, other);
  }
  const exports = changed.exports.filter(({ kind, index }) => kind !== 'global' || index !== global);
  return withoutDefinition({ ...changed, exports }, 'global', global);
}

export const inlineGlobals: Reducer = {
  name: 'inline-globals',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      for (let position = current().globals.length - 1; position >= 0; position--) {
        if (position < current().globals.length) attempt(() => withoutReads(current(), position));
      }
    }),
};
