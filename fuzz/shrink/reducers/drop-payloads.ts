/** Catches any exception where what one carries is only dropped afterwards; its tag may lose its parameters then. */
import type { Catch } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { ValType } from '#wasm/syntax/types.ts';
import { HeapType, heapTypeOf, isRefType } from '#wasm/syntax/types.ts';
import { blockFuncType, blockTypeFor, bounds, lastInside, opensBlock, withBlockType, withCatches } from '../blocks.ts';
import type { Reducer } from '../gate.ts';
import type { Site } from '../sites.ts';
import { forEachModule, sitesOf, withExpr } from '../sites.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';

function caughtByAll(clause: Catch): Catch {
  return clause.kind === 'catch_ref' ? { kind: 'catch_all_ref', label: clause.label } : clause;
}

/** The results of the block at `start` if the last one is the exception, and others come before. */
function resultsWithException({ module, expr }: Site, start: number): readonly ValType[] | undefined {
  const block = expr[start]!;
  const type = opensBlock(block) ? blockFuncType(module, block.blockType) : undefined;
  const last = type?.results.at(-1);
  const isException = last !== undefined && isRefType(last) && heapTypeOf(last) === HeapType.exn;
  return isException && type!.params.length === 0 && type!.results.length > 1 ? type!.results : undefined;
}

/** Where each of so many values that the block leaves below the exception is dropped; undefined when something else takes one. */
function dropsOf({ expr, heights, depths, floors }: Site, start: number, end: number, count: number): readonly number[] | undefined {
  const base = heights[start]!;
  const drops: number[] = [];
  for (let at = end + 1; at < expr.length && drops.length < count; at++) {
    if (depths[at] !== depths[start]) continue;
    if (depths[at + 1]! < depths[start]!) return undefined;
    if (floors[at]! >= base + count - drops.length) continue;
    if (expr[at]!.op !== Op.drop) return undefined;
    drops.push(at);
  }
  return drops.length === count ? drops : undefined;
}

function withoutPayload(site: Site, start: number): Module | undefined {
  const results = resultsWithException(site, start);
  if (results === undefined) return undefined;
  const { end } = bounds(site.expr, start);
  const drops = dropsOf(site, start, end, results.length - 1);
  if (drops === undefined) return undefined;
  const { module, blockType } = blockTypeFor(site.module, results.slice(-1));
  const inner = lastInside(site.expr, start, end);
  const outer = withCatches(withBlockType(site.expr, start, blockType), start, end, caughtByAll);
  const both = inner < 0 ? outer : withBlockType(outer, inner, blockType);
  const changed = withExpr(module, site.place, both.filter((_, at) => !drops.includes(at)));
  return withoutUnused(changed, definitionsOf(changed));
}

export const dropPayloads: Reducer = {
  name: 'drop-payloads',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      const dropOne = (): boolean =>
        sitesOf(current()).some((site) =>
          [...site.expr.keys()].some((start) => {
            const module = withoutPayload(site, start);
            return module !== undefined && attempt(module);
          }),
        );
      while (dropOne());
    }),
};
