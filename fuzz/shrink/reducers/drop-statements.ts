/** Leaves out whole statements: what stands between two points with an empty operand stack, outside all blocks. */
import type { Site } from '../sites.ts';
import { dropChunks } from '../chunks.ts';
import type { Reducer } from '../gate.ts';
import { forEachSite } from '../sites.ts';

export function statementsOf({ expr, heights, depths }: Site): readonly (typeof expr)[] {
  const statements: (typeof expr)[] = [];
  let start = 0;
  for (let end = 1; end <= expr.length; end++) {
    const clean = heights[end] === 0 && depths[end] === 1;
    if (!clean && end < expr.length) continue;
    statements.push(expr.slice(start, end));
    start = end;
  }
  return statements;
}

export const dropStatements: Reducer = {
  name: 'drop-statements',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      dropChunks(statementsOf(current()), (kept) => attempt(kept.flat()));
    }),
};
