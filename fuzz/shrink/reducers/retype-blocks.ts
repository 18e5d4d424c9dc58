/**
 * Makes blocks plainer: one that takes operands begins before them and takes none; one whose results are only put away has none, and
 * handlers that lead out of it pass nothing on.
 */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { ChangeCatch } from '../blocks.ts';
import { blockFuncType, blockTypeFor, bounds, lastInside, opensBlock, withBlockType, withCatches } from '../blocks.ts';
import type { Reducer } from '../gate.ts';
import { operandsOf } from '../operands.ts';
import type { Site } from '../sites.ts';
import { forEachModule, sitesOf, withExpr } from '../sites.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';

function cleaned(module: Module): Module {
  return withoutUnused(module, definitionsOf(module));
}

/** With the operands of the block inside of it, and of blocks that begin just there and take the same. */
function withOperandsInside(site: Site, start: number): Module | undefined {
  const { expr, place } = site;
  const [first] = operandsOf(site, start);
  const heads: Instruction[] = [];
  let { module } = site;
  for (let at = start; at < expr.length; at++) {
    const block = expr[at]!;
    if (!opensBlock(block) || block.op === Op.loop || block.op === Op.if) break;
    const type = blockFuncType(module, block.blockType);
    if (type === undefined || type.params.length === 0) break;
    const typed = blockTypeFor(module, type.results);
    module = typed.module;
    heads.push({ ...block, blockType: typed.blockType });
  }
  if (heads.length === 0 || first === undefined) return undefined;
  const rest = expr.slice(start + heads.length);
  return cleaned(withExpr(module, place, [...expr.slice(0, first), ...heads, ...expr.slice(first, start), ...rest]));
}

const withoutAll: ChangeCatch = ({ label }) => ({ kind: 'catch_all', label });
const withoutException: ChangeCatch = (clause) => {
  if (clause.kind === 'catch_ref') return { ...clause, kind: 'catch' };
  return clause.kind === 'catch_all_ref' ? { ...clause, kind: 'catch_all' } : clause;
};

/** Where the results of the block that ends at `end` are gone. */
function consumedAt({ heights, depths, expr }: Site, start: number, end: number, params: number): number | undefined {
  const floor = heights[start]! - params;
  for (let point = end + 1; point <= expr.length; point++) {
    if (depths[point]! !== depths[start]!) return undefined;
    if (heights[point] === floor) return point;
  }
  return undefined;
}

/** Without the last result, when it is the exception and is dropped. */
function withoutExceptionResult(site: Site, start: number): Module | undefined {
  const { module, expr, place } = site;
  const block = expr[start]!;
  const type = opensBlock(block) ? blockFuncType(module, block.blockType) : undefined;
  const { end } = bounds(expr, start);
  if (type === undefined || type.params.length > 0 || type.results.length === 0 || expr[end + 1]?.op !== Op.drop) return undefined;
  const typed = blockTypeFor(module, type.results.slice(0, -1));
  const inner = lastInside(expr, start, end);
  const outer = withCatches(withBlockType(expr, start, typed.blockType), start, end, withoutException);
  const both = inner < 0 ? outer : withBlockType(outer, inner, typed.blockType);
  return cleaned(withExpr(typed.module, place, [...both.slice(0, end + 1), ...both.slice(end + 2)]));
}

function withoutResults(site: Site, start: number): readonly Module[] {
  const { module, expr, place } = site;
  const block = expr[start]!;
  const type = opensBlock(block) ? blockFuncType(module, block.blockType) : undefined;
  const { end } = bounds(expr, start);
  const rest = type === undefined || type.results.length === 0 ? undefined : consumedAt(site, start, end, type.params.length);
  if (rest === undefined || type!.params.length > 0) return [];
  const plain = withCatches(withBlockType(expr, start, { kind: 'empty' }), start, end, withoutAll);
  const shorter = [...plain.slice(0, end + 1), ...plain.slice(rest)];
  const inner = lastInside(expr, start, end);
  const variants = inner < 0 ? [shorter] : [shorter, withBlockType(shorter, inner, { kind: 'empty' })];
  return variants.map((variant) => cleaned(withExpr(module, place, variant)));
}

export const retypeBlocks: Reducer = {
  name: 'retype-blocks',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      const retypeOne = (): boolean =>
        sitesOf(current()).some((site) =>
          site.expr.some((instruction, start) => {
            if (!opensBlock(instruction)) return false;
            const variants = [withOperandsInside(site, start), ...withoutResults(site, start), withoutExceptionResult(site, start)];
            return variants.some((module) => module !== undefined && attempt(module));
          }),
        );
      while (retypeOne());
    }),
};
