/** Lets arrays of a few equal elements begin with objects, or with one element that differs: what puts it there may go. */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { HeapType } from '#wasm/syntax/types.ts';
import { isPlainValue } from '../plain-values.ts';
import { sitesOf, withExpr } from '../sites.ts';
import { smallObjectsOf } from '../small-values.ts';
import { moduleDetour } from './detour.ts';

const MAX_LENGTH = 4;
const NULL: Instruction = { op: Op['ref.null'], heapType: HeapType.none };

interface NewArray {
  /** Of the first of its instructions. */
  readonly start: number;
  readonly type: number;
  readonly element: Instruction;
  readonly length: number;
}

/** Whether it takes no operands. */
function isAlone(instruction: Instruction): boolean {
  if (instruction.op === Op['array.new_fixed']) return instruction.length === 0;
  return instruction.op === Op['struct.new_default'] || isPlainValue(instruction);
}

/** @param at of what may make an array of equal elements */
function newArrayAt(expr: Expr, at: number): NewArray | undefined {
  const [element, count, make] = [expr[at - 2], expr[at - 1], expr[at]!];
  if (count?.op !== Op['i32.const'] || count.value < 1 || count.value > MAX_LENGTH) return undefined;
  if (make.op === Op['array.new_default']) return { start: at - 1, type: make.type, element: NULL, length: count.value };
  if (make.op !== Op['array.new'] || element === undefined) return undefined;
  return isAlone(element) ? { start: at - 2, type: make.type, element, length: count.value } : undefined;
}

function elementsFor({ element, length }: NewArray, other: Instruction): readonly Expr[] {
  const same = (value: Instruction): Expr => Array.from({ length }, () => value);
  return [same(other), ...same(element).map((_, i) => same(element).with(i, other))];
}

function filled(expr: Expr, at: number, objects: readonly Instruction[]): readonly Expr[] {
  const array = newArrayAt(expr, at);
  if (array === undefined) return [];
  const make: Instruction = { op: Op['array.new_fixed'], type: array.type, length: array.length };
  return [NULL, ...objects]
    .flatMap((other) => elementsFor(array, other))
    .map((elements) => [...expr.slice(0, array.start), ...elements, make, ...expr.slice(at + 1)]);
}

export const fillArrays = moduleDetour('fill-arrays', (module: Module) => {
  const objects = smallObjectsOf(module);
  return sitesOf(module).flatMap(({ place, expr }) =>
    expr.flatMap((_, at) => filled(expr, at, objects).map((variant) => () => withExpr(module, place, variant))),
  );
});
