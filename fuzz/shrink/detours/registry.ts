/** The detours, in the order in which they are tried. */
import { anyForExtern } from './any-for-extern.ts';
import { collectMore } from './collect-more.ts';
import { collectOnce } from './collect-once.ts';
import { defineImports } from './define-imports.ts';
import type { Detour } from './detour.ts';
import { fillArrays } from './fill-arrays.ts';
import { fixVariables } from './fix-variables.ts';
import { hoistFirst } from './hoist-first.ts';
import { inlineCopies } from './inline-copies.ts';
import { raiseNumbers } from './raise-numbers.ts';
import { smallerCollector } from './smaller-collector.ts';
import { unrollLoops } from './unroll-loops.ts';

/** What leads to something smaller by way of something larger; for small Programs, when nothing else helps. */
export const DETOURS: readonly Detour[] = [
  collectMore,
  collectOnce,
  smallerCollector,
  fillArrays,
  defineImports,
  anyForExtern,
  hoistFirst,
  fixVariables,
  inlineCopies,
  unrollLoops,
  raiseNumbers,
];
