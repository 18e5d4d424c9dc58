/** Puts what a segment or a table holds from the start where it is read: elements of a new array, or an entry, at a constant index. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { heapTypeOf } from '#wasm/syntax/types.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule, sitesOf, withExpr } from '../sites.ts';
import { withoutDefinition } from './drop-unused.ts';

/** Longer arrays are larger than the segment that they come from. */
const MAX_ELEMENTS = 16;

interface Reading {
  /** Instructions that are replaced: the last one is that at which it was found. */
  readonly length: number;
  readonly value: Expr;
  readonly space: 'elem' | 'table';
  readonly index: number;
}

function constant(instruction: Instruction | undefined): number | undefined {
  return instruction?.op === Op['i32.const'] ? instruction.value : undefined;
}

function newArray({ elements }: Module, expr: Expr, at: number): Reading | undefined {
  const instruction = expr[at]!;
  if (instruction.op !== Op['array.new_elem']) return undefined;
  const [start, length] = [constant(expr[at - 2]), constant(expr[at - 1])];
  if (start === undefined || length === undefined || length > MAX_ELEMENTS) return undefined;
  const items = elements[instruction.elem]!.items.slice(start, start + length);
  if (items.length !== length) return undefined;
  return { length: 3, value: [...items.flat(), { op: Op['array.new_fixed'], type: instruction.type, length }], space: 'elem', index: instruction.elem };
}

function entry({ imports, tables }: Module, expr: Expr, at: number): Reading | undefined {
  const instruction = expr[at]!;
  if (instruction.op !== Op['table.get'] || constant(expr[at - 1]) === undefined) return undefined;
  const table = tables[instruction.table - imports.filter(({ type }) => type.kind === 'table').length];
  if (table === undefined) return undefined;
  const value: Expr = table.init ?? [{ op: Op['ref.null'], heapType: heapTypeOf(table.type.element) }];
  return { length: 2, value, space: 'table', index: instruction.table };
}

/** With what is read in one place written out there; what it was read from goes when nothing else mentions it. */
function written(module: Module): readonly (() => Module)[] {
  return sitesOf(module).flatMap(({ place, expr }) =>
    expr.flatMap((_, at): readonly (() => Module)[] => {
      const reading = newArray(module, expr, at) ?? entry(module, expr, at);
      if (reading === undefined) return [];
      const { length, value, space, index } = reading;
      const changed = [...expr.slice(0, at + 1 - length), ...value, ...expr.slice(at + 1)];
      return [() => withoutDefinition(withExpr(module, place, changed), space, index)];
    }),
  );
}

export const inlineElements: Reducer = {
  name: 'inline-elements',
  reduce: (gate) => forEachModule(gate, (current, attempt) => {
    while (written(current()).some(attempt));
  }),
};
