/** Lets a function return what something was computed from, instead of what was computed from it: an object in the place of a number that tells of it. */
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { FuncType, ValType } from '#wasm/syntax/types.ts';
import { HeapType, heapTypeOf, isConcrete, isRefType, refType } from '#wasm/syntax/types.ts';
import { blocksAround, withBlockResults } from '../blocks.ts';
import type { Reducer } from '../gate.ts';
import type { Site } from '../sites.ts';
import { forEachModule, sitesOf, withExpr } from '../sites.ts';
import { funcType, withFuncType } from '../types.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';

const TOPS: readonly HeapType[] = [HeapType.any, HeapType.extern, HeapType.func];

/** What may hold the operand: defined types have other numbers on the validator's stack than in the module. */
function typesFor(operand: ValType): readonly ValType[] {
  if (!isRefType(operand)) return [operand];
  return isConcrete(heapTypeOf(operand)) ? TOPS.map((top) => refType(top, true)) : [operand];
}

function withLast(results: FuncType['results'], type: ValType): FuncType['results'] {
  return [...results.slice(0, -1), type];
}

/** Without the instruction at `at`, and with the type of its operand as the result of all blocks around and of the function. */
function returning({ module, expr, place }: Site, at: number, type: ValType): Module | undefined {
  const changed = withBlockResults({ module, expr }, blocksAround(expr, at), (results) => (results.length === 0 ? undefined : withLast(results, type)));
  if (changed === undefined) return undefined;
  const old = funcType(module, module.functions[place.position]!.typeIndex)!;
  const shorter = withExpr(changed.module, place, changed.expr.filter((_, i) => i !== at));
  const retyped = withFuncType(shorter, place.position, { ...old, results: withLast(old.results, type) });
  return withoutUnused(retyped, definitionsOf(retyped));
}

function variants(site: Site, at: number): readonly Module[] {
  const { module, heights, floors, depths, tops, place, expr } = site;
  const operand = tops[at];
  const takesOne = heights[at] === heights[at + 1] && floors[at] === heights[at]! - 1 && depths[at] === depths[at + 1];
  if (place.kind !== 'function' || operand === undefined || !takesOne || expr[at]!.op === Op['local.tee']) return [];
  if (funcType(module, module.functions[place.position]!.typeIndex)!.results.length === 0) return [];
  return typesFor(operand).flatMap((type) => returning(site, at, type) ?? []);
}

export const returnOperands: Reducer = {
  name: 'return-operands',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      const returnOne = (): boolean => sitesOf(current()).some((site) => site.expr.some((_, at) => variants(site, at).some(attempt)));
      while (returnOne());
    }),
};
