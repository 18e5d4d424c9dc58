/**
 * Replaces an instruction and its operands by one of the operands, by the smallest value of the same type, by a global
 * or local, or, if it makes an array of equal elements, by an array of one. What leaves nothing is replaced by the effects of its operands,
 * or by dropping them.
 */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { ValType as ValueType } from '#wasm/syntax/types.ts';
import { HeapType, ValType, heapTypeOf, isConcrete, isNullable, isRefType } from '#wasm/syntax/types.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { Reducer } from '../gate.ts';
import { operandsOf } from '../operands.ts';
import { isPlainValue } from '../plain-values.ts';
import type { Site } from '../sites.ts';
import { forEachSite } from '../sites.ts';
import { definitionsOf } from './drop-unused.ts';

const BOTTOMS: readonly HeapType[] = [HeapType.none, HeapType.nofunc, HeapType.noextern, HeapType.noexn];
const I31: Expr = [
  { op: Op['i32.const'], value: 0 },
  { op: Op['ref.i31'] },
];

/** Small values of whatever type, the smallest first. The gate knows which of them fit. */
function smallValues(type: ValueType | undefined, module: Module): readonly Expr[] {
  switch (type) {
    case undefined:
      return [];
    case ValType.i32:
      return [[{ op: Op['i32.const'], value: 0 }]];
    case ValType.i64:
      return [[{ op: Op['i64.const'], value: 0n }]];
    case ValType.f32:
      return [[{ op: Op['f32.const'], bits: 0 }]];
    case ValType.f64:
      return [[{ op: Op['f64.const'], bits: 0n }]];
  }
  if (!isRefType(type)) return [];
  const nulls = isNullable(type) ? BOTTOMS.map((heapType): Expr => [{ op: Op['ref.null'], heapType }]) : [];
  return [...nulls, ...smallObjects(type, module), I31];
}

/** The type on the stack has a canonical number, which is none of the module's: all its types are worth trying. */
function smallObjects(type: ValueType, module: Module): readonly Expr[] {
  const heapType = heapTypeOf(type);
  if (!isConcrete(heapType) && heapType !== HeapType.any && heapType !== HeapType.eq) return [];
  return typesOf(module).flatMap(({ composite }, index): readonly Expr[] => {
    if (composite.kind === 'array') return [[{ op: Op['array.new_fixed'], type: index, length: 0 }]];
    return composite.kind === 'struct' ? [[{ op: Op['struct.new_default'], type: index }]] : [];
  });
}

/** What is done after operands that are plain values, without the values. An operand starts with what puts it on the stack. */
function effectsOf(operands: readonly Expr[]): readonly Expr[] {
  const allPlain = operands.every((operand) => isPlainValue(operand[0]!));
  return allPlain ? [operands.flatMap((operand) => operand.slice(1))] : [];
}

/** Reads of all globals, and of the locals that the body reads anyway. */
function variablesOf({ expr, module }: Site): readonly Expr[] {
  const locals = new Set(expr.flatMap((instruction) => (instruction.op === Op['local.get'] ? [instruction.local] : [])));
  return [
    ...definitionsOf(module).flatMap(([space, index]): readonly Expr[] =>
      space === 'global' ? [[{ op: Op['global.get'], global: index }]] : [],
    ),
    ...[...locals].map((local): Expr => [{ op: Op['local.get'], local }]),
  ];
}

/** What could stand in the place of the instruction and its operands. */
function replacements(site: Site, at: number, points: readonly number[]): readonly Expr[] {
  const operands = points.slice(1).map((end, k) => site.expr.slice(points[k], end));
  const results = site.heights[at + 1]! - site.floors[at]!;
  if (results === 0) return [...effectsOf(operands), [...operands.flat(), ...operands.map((): Instruction => ({ op: Op.drop }))]];
  const instruction = site.expr[at]!;
  const single: readonly Expr[] =
    instruction.op === Op['array.new'] ? [[...operands[0]!, { op: Op['array.new_fixed'], type: instruction.type, length: 1 }]] : [];
  const plain = at > points[0]! ? variablesOf(site) : [];
  return [...smallValues(site.tops[at + 1], site.module), ...plain, ...operands, ...single];
}

export const replaceExpressions: Reducer = {
  name: 'replace-expressions',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      for (let at = current().expr.length - 1; at >= 0; at--) {
        const site = current();
        if (at >= site.expr.length || site.depths[at] !== site.depths[at + 1]) continue;
        if (site.heights[at + 1]! > site.floors[at]! + 1) continue;
        const points = operandsOf(site, at);
        if (points.length === 0) continue;
        replacements(site, at, points).some((expr) =>
          attempt([...site.expr.slice(0, points[0]), ...expr, ...site.expr.slice(at + 1)]),
        );
      }
    }),
};
