/**
 * Replaces an instruction and its operands by one of the operands, by the smallest value of the same type, by a global
 * or local, or, if it makes an array of equal elements, by an array of one. What leaves nothing is replaced by the effects of its operands,
 * by one of them that is dropped, or by dropping them all. A block is replaced by small values.
 */
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { blockFuncType, bounds, opensBlock } from '../blocks.ts';
import type { Reducer } from '../gate.ts';
import { operandsOf } from '../operands.ts';
import { isPlainValue } from '../plain-values.ts';
import type { Site } from '../sites.ts';
import { forEachSite } from '../sites.ts';
import { smallValues } from '../small-values.ts';
import { definitionsOf } from './drop-unused.ts';

const DROP: Instruction = { op: Op.drop };

/** What is done after operands that are plain values, without the values. An operand starts with what puts it on the stack. */
function effectsOf(operands: readonly Expr[]): readonly Expr[] {
  const allPlain = operands.every((operand) => isPlainValue(operand[0]!));
  return allPlain ? [operands.flatMap((operand) => operand.slice(1))] : [];
}

/** The same with one operand in full, which is dropped: what makes it may be of interest. */
function effectsBeside(operands: readonly Expr[], kept: number): readonly Expr[] {
  const othersPlain = operands.every((operand, k) => k === kept || isPlainValue(operand[0]!));
  return othersPlain ? [operands.flatMap((operand, k) => (k === kept ? [...operand, DROP] : operand.slice(1)))] : [];
}

/** Writes to a local and drops the value: one instruction does it. */
function keptInLocal(expr: Expr): readonly Expr[] {
  const [tee, drop] = expr.slice(-2);
  return tee?.op === Op['local.tee'] && drop?.op === Op.drop ? [[...expr.slice(0, -2), { ...tee, op: Op['local.set'] }]] : [];
}

/** Reads of all globals, and of the locals that the body reads anyway. */
export function variablesOf({ expr, module }: Site): readonly Expr[] {
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
  if (results === 0) {
    const dropped = operands.map((operand): Expr => [...operand, DROP]);
    const beside = operands.flatMap((_, k) => effectsBeside(operands, k));
    return [...effectsOf(operands), ...keptInLocal(site.expr.slice(points[0], at + 1)), ...dropped, ...beside, [...operands.flat(), ...operands.map(() => DROP)]];
  }
  const instruction = site.expr[at]!;
  const single: readonly Expr[] =
    instruction.op === Op['array.new'] ? [[...operands[0]!, { op: Op['array.new_fixed'], type: instruction.type, length: 1 }]] : [];
  const plain = at > points[0]! ? variablesOf(site) : [];
  return [...smallValues(site.tops[at + 1], site.module), ...plain, ...operands, ...single];
}

/** What could stand in the place of a whole block. */
function valuesForBlock({ module, expr, tops }: Site, start: number, end: number): readonly Expr[] {
  const block = expr[start]!;
  const type = opensBlock(block) ? blockFuncType(module, block.blockType) : undefined;
  if (type === undefined || type.results.length === 0) return [];
  const [first, ...others] = type.results.map((result) => smallValues(result, module));
  const drops = [...type.params, ...(block.op === Op.if ? [block] : [])].map(() => DROP);
  const rest = others.map(([value]) => value ?? []).flat();
  const firsts = others.length === 0 ? smallValues(tops[end + 1], module) : first!;
  return firsts.map((value) => [...drops, ...value, ...rest]);
}

function replaceBlocks(current: () => Site, attempt: (expr: Expr) => boolean): void {
  for (let start = current().expr.length - 1; start >= 0; start--) {
    const site = current();
    if (start >= site.expr.length || !opensBlock(site.expr[start]!)) continue;
    const { end } = bounds(site.expr, start);
    valuesForBlock(site, start, end).some((values) => attempt([...site.expr.slice(0, start), ...values, ...site.expr.slice(end + 1)]));
  }
}

export const replaceExpressions: Reducer = {
  name: 'replace-expressions',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      replaceBlocks(current, attempt);
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
