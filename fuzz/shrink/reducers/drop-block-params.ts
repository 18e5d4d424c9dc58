/** Leaves out parameters of blocks, with the operands that they are given; and with the results that they become where blocks leave them alone. */
import type { FuncType } from '#wasm/syntax/types.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { blockFuncType, blockTypeFor, opensBlock, withBlockType } from '../blocks.ts';
import type { Reducer } from '../gate.ts';
import { operandAt, withoutRanges } from '../operands.ts';
import type { Site } from '../sites.ts';
import { forEachModule, sitesOf, withExpr } from '../sites.ts';
import { without } from '../types.ts';
import { definitionsOf, withoutUnused } from './drop-unused.ts';

type BlockFuncType = Pick<FuncType, 'params' | 'results'>;

function shorterTypes({ params, results }: BlockFuncType, k: number): readonly BlockFuncType[] {
  const alone = { params: without(params, k), results };
  return k < results.length ? [{ ...alone, results: without(results, k) }, alone] : [alone];
}

function withoutParam(site: Site, start: number, k: number, type: BlockFuncType): Module | undefined {
  const range = operandAt(site, start, k);
  if (range === undefined) return undefined;
  const { module, blockType } = blockTypeFor(site.module, type.results, type.params);
  const expr = withoutRanges({ expr: withBlockType(site.expr, start, blockType) }, [range]);
  const changed = withExpr(module, site.place, expr);
  return withoutUnused(changed, definitionsOf(changed));
}

function shortened(site: Site, start: number): readonly (() => Module | undefined)[] {
  const block = site.expr[start]!;
  const type = opensBlock(block) ? blockFuncType(site.module, block.blockType) : undefined;
  return (type?.params ?? []).flatMap((_, k) => shorterTypes(type!, k).map((shorter) => () => withoutParam(site, start, k, shorter)));
}

export const dropBlockParams: Reducer = {
  name: 'drop-block-params',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      const dropOne = (): boolean =>
        sitesOf(current()).some((site) =>
          site.expr.some((_, start) =>
            shortened(site, start).some((shorten) => {
              const module = shorten();
              return module !== undefined && attempt(module);
            }),
          ),
        );
      while (dropOne());
    }),
};
