/**
 * Makes what a body computes once, out of constants, the initial value of a global: a local that is given a value in one place gives way
 * to a global that has the value from the start.
 */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { Reducer } from '../gate.ts';
import type { Range } from '../operands.ts';
import { operandAt } from '../operands.ts';
import type { Site } from '../sites.ts';
import { forEachModule, sitesOf } from '../sites.ts';
import { funcType } from '../types.ts';

function localOf(instruction: Instruction): number | undefined {
  return 'local' in instruction ? instruction.local : undefined;
}

/** The body without the assignment at `at`, which comes behind its value, and with reads of the global for reads of the local. */
function substituted(expr: Expr, [start]: Range, at: number, local: number, global: number): Expr | undefined {
  const read: Expr = expr[at]!.op === Op['local.tee'] ? [{ op: Op['local.get'], local }] : [];
  const rest = [...expr.slice(0, start), ...read, ...expr.slice(at + 1)];
  if (rest.some((instruction) => localOf(instruction) === local && instruction.op !== Op['local.get'])) return undefined;
  return rest.map((instruction) => (localOf(instruction) === local ? { op: Op['global.get'], global } : instruction));
}

/** @param at of a `local.set` or `local.tee` */
function hoisted(module: Module, site: Site, at: number): Module | undefined {
  const { expr, place } = site;
  const range = operandAt(site, at, 0);
  const local = localOf(expr[at]!);
  if (range === undefined || range[1] !== at || local === undefined) return undefined;
  const func = module.functions[place.position]!;
  const { params } = funcType(module, func.typeIndex)!;
  const imported = module.imports.filter(({ type }) => type.kind === 'global').length;
  const body = substituted(expr, range, at, local, imported + module.globals.length);
  if (body === undefined) return undefined;
  const type = [...params, ...func.locals][local]!;
  return {
    ...module,
    // Whether the value is a constant is for the gate to say.
    globals: [...module.globals, { type: { type, mutable: false }, init: expr.slice(...range) }],
    functions: module.functions.map((other) => (other === func ? { ...func, body } : other)),
  };
}

/** How to hoist what could be, one value at a time. */
export function hoistings(module: Module): readonly (() => Module | undefined)[] {
  return sitesOf(module).flatMap((site) =>
    site.place.kind !== 'function'
      ? []
      : site.expr.flatMap(({ op }, at) => (op === Op['local.set'] || op === Op['local.tee'] ? [() => hoisted(module, site, at)] : [])),
  );
}

export const hoistValues: Reducer = {
  name: 'hoist-values',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      const hoistOne = (): boolean =>
        hoistings(current()).some((hoist) => {
          const module = hoist();
          return module !== undefined && attempt(module);
        });
      while (hoistOne());
    }),
};
