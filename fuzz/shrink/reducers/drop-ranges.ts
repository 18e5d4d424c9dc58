/** Leaves out any run of instructions that leaves the operand stack as high as it was, and all blocks as they were. */
import type { Reducer } from '../gate.ts';
import type { Site } from '../sites.ts';
import { forEachSite } from '../sites.ts';

/** Points where a run that starts at `start` may end, the farthest first. */
function endsOf({ heights, depths, floors }: Site, start: number): readonly number[] {
  const ends: number[] = [];
  for (let end = start + 1; end < heights.length; end++) {
    if (depths[end]! < depths[start]!) break;
    if (depths[end] === depths[start] && heights[end] === heights[start]) ends.push(end);
    // Beyond an instruction that takes operands from below the run, longer runs would need other operands.
    if (floors[end - 1]! < heights[start]! - 1) break;
  }
  return ends.reverse();
}

/** The farthest, some in between, and the nearest few. */
function worthTrying(ends: readonly number[]): readonly number[] {
  const few = 4;
  const chosen: number[] = [];
  for (let i = 0; i < ends.length - few; i = i * 2 + 1) chosen.push(ends[i]!);
  return [...chosen, ...ends.slice(-few)];
}

export const dropRanges: Reducer = {
  name: 'drop-ranges',
  reduce: (gate) =>
    forEachSite(gate, (current, attempt) => {
      for (let start = 0; start < current().expr.length; start++) {
        const dropFrom = (): boolean => {
          const site = current();
          return worthTrying(endsOf(site, start)).some((end) =>
            attempt([...site.expr.slice(0, start), ...site.expr.slice(end)]),
          );
        };
        while (start < current().expr.length && dropFrom());
      }
    }),
};
