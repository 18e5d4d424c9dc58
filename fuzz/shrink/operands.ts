/** Which instructions make the operands of an instruction. */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { Site } from './sites.ts';
import { sitesOf, withExpr } from './sites.ts';

/** From one point to another. */
export type Range = readonly [start: number, end: number];

/** Last point up to `end` with this height and the depth that `end` has, such that the stack is no lower from there to `end`. */
function startOf({ heights, depths }: Site, height: number, end: number): number | undefined {
  for (let point = end; point >= 0; point--) {
    if (depths[point]! < depths[end]! || heights[point]! < height) return undefined;
    if (heights[point] === height && depths[point] === depths[end]) return point;
  }
  return undefined;
}

/** Where the operands of the instruction start, and after them where the last one ends; empty when they cannot be told apart. */
export function operandsOf(site: Site, at: number): readonly number[] {
  return operandsAbove(site, at, site.floors[at]!);
}
/** The same for what lies on the stack above `floor` at a point. */
function operandsAbove(site: Site, end: number, floor: number): readonly number[] {
  const points: number[] = [];
  for (let height = floor; height <= site.heights[end]!; height++) {
    const point = startOf(site, height, end);
    if (point === undefined) return [];
    points.push(point);
  }
  return points;
}

/**
 * The instructions that make the value which lies on the stack above `floor` others at a point, without what
 * is done after the value is there. Undefined when that cannot be told.
 */
export function valueAt(site: Site, end: number, floor: number): Range | undefined {
  const [start, next] = operandsAbove(site, end, floor);
  if (start === undefined || next === undefined) return undefined;
  // Back from where the next value begins, as long as this value is left alone.
  let last = next;
  for (let point = next; point > start; point--) {
    if (site.heights[point] === floor + 1 && site.depths[point] === site.depths[end]) last = point;
    if (site.floors[point - 1]! <= floor) break;
  }
  return [start, last];
}

/** The value that instruction `at` takes as its operand number `k`. */
export function operandAt(site: Site, at: number, k: number): Range | undefined {
  return valueAt(site, at, site.floors[at]! + k);
}

/** The instructions outside of all ranges, which may overlap. */
export function withoutRanges({ expr }: Pick<Site, 'expr'>, ranges: readonly Range[]): readonly Instruction[] {
  if (ranges.length === 0) return expr;
  const gone = new Uint8Array(expr.length);
  for (const [start, end] of ranges) gone.fill(1, start, end);
  return expr.filter((_, at) => gone[at] === 0);
}

/**
 * The module without one operand of each instruction that no longer takes it.
 * @param module valid
 * @param operand its number, or undefined for an instruction that stays as it is
 * @returns undefined when an operand cannot be told from the others; the module is not valid before its types are changed, too
 */
export function withoutOperands(module: Module, operand: (instruction: Instruction) => number | undefined): Module | undefined {
  let changed = module;
  for (const site of sitesOf(module)) {
    const ranges: Range[] = [];
    for (const [at, instruction] of site.expr.entries()) {
      const k = operand(instruction);
      if (k === undefined) continue;
      const range = operandAt(site, at, k);
      if (range === undefined) return undefined;
      ranges.push(range);
    }
    if (ranges.length > 0) changed = withExpr(changed, site.place, withoutRanges(site, ranges));
  }
  return changed;
}
