/**
 * Makes do with fewer kinds of objects: where it does not matter what an object is, one type takes the place of another of a different kind,
 * and an array of which all have a fixed number of elements becomes a struct.
 */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { mapModule } from '#wasm/syntax/map-indices.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { SubType } from '#wasm/syntax/types.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule, sitesOf, withExpr } from '../sites.ts';
import { withComposite } from '../types.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';

/** The instruction that makes an object of another type out of so many operands. */
function construct(type: number, { composite }: SubType, operands: number): Instruction | undefined {
  if (composite.kind === 'array') return { op: Op['array.new_fixed'], type, length: operands };
  if (composite.kind !== 'struct') return undefined;
  return operands === 0 ? { op: Op['struct.new_default'], type } : { op: Op['struct.new'], type };
}

/** How many operands become fields or elements; undefined for what is no such instruction. */
function operandsFor(types: readonly SubType[], instruction: Instruction): number | undefined {
  if (instruction.op === Op['struct.new_default']) return 0;
  if (instruction.op === Op['array.new_fixed']) return instruction.length;
  if (instruction.op !== Op['struct.new']) return undefined;
  const { composite } = types[instruction.type]!;
  return composite.kind === 'struct' ? composite.fields.length : undefined;
}

function changeExprs(module: Module, change: (expr: Expr) => Expr): Module {
  return sitesOf(module).reduce((changed, { place, expr }) => withExpr(changed, place, change(expr)), module);
}
function cleaned(module: Module): Module {
  return withoutUnused(module, definitionsOf(module));
}

/** With objects of the other type wherever there were some of this one. */
function withTypeReplaced(module: Module, at: number, other: number): Module {
  const types = typesOf(module);
  const objects = changeExprs(module, (expr) =>
    expr.map((instruction) => {
      const operands = 'type' in instruction && instruction.type === at ? operandsFor(types, instruction) : undefined;
      return operands === undefined ? instruction : (construct(other, types[other]!, operands) ?? instruction);
    }),
  );
  return cleaned(mapModule(objects, { type: (index) => (index === at ? other : index) }));
}

/** With a struct in the place of an array type. */
function withStruct(module: Module, at: number): Module | undefined {
  const { composite } = typesOf(module)[at]!;
  if (composite.kind !== 'array') return undefined;
  const made = sitesOf(module).flatMap(({ expr }) => expr.filter((instruction) => 'type' in instruction && instruction.type === at));
  if (!made.every(({ op }) => op === Op['array.new_fixed'])) return undefined;
  const fields = Math.max(0, ...made.map((instruction) => ('length' in instruction ? instruction.length : 0)));
  const changed = changeExprs(module, (expr) =>
    expr.map((instruction) => {
      if (instruction.op !== Op['array.new_fixed'] || instruction.type !== at) return instruction;
      return instruction.length === 0 ? { op: Op['struct.new_default'], type: at } : { op: Op['struct.new'], type: at };
    }),
  );
  return withComposite(changed, at, { kind: 'struct', fields: Array.from({ length: fields }, () => composite.element) });
}

export const simplifyKinds: Reducer = {
  name: 'simplify-kinds',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      for (let at = typesOf(current()).length - 1; at >= 0; at--) {
        const isThere = (): boolean => at < typesOf(current()).length && typesOf(current())[at]!.composite.kind !== 'func';
        const { kind } = typesOf(current())[at]?.composite ?? { kind: 'func' };
        const others = typesOf(current()).flatMap(({ composite }, other) => (composite.kind !== 'func' && composite.kind !== kind ? [other] : []));
        if (isThere()) others.some((other) => attempt(() => withTypeReplaced(current(), at, other)));
        const struct = isThere() ? withStruct(current(), at) : undefined;
        if (struct !== undefined) attempt(struct);
      }
    }),
};
