/** Changes a constant to one that is interesting: an end of a range, a neighbour, or another constant of the same body. */
import type { Random } from '#fuzz/generators/random.ts';
import type { Expr, Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Mutator } from './mutator.ts';
import { editBody, positionsOf, replaced } from './mutator.ts';

/** Lengths around which the collector changes what it does are among them: the list's threshold, the chunk of long arrays. */
const INTERESTING = [0, 1, 2, 3, 7, 8, 15, 16, 17, 63, 64, 100, 255, 256, 1023, 1024, 1025, 4096, -1, 0x7fff_ffff, -0x8000_0000];

/** Small numbers are small for a reason: mostly they stay so. */
export function interestingNumber(random: Random, old: number, others: readonly number[]): number {
  return random.weighted([
    [4, () => (old + random.pick([-2, -1, 1, 2])) | 0],
    [3, () => random.int(0, 4)],
    [3, () => (others.length === 0 ? 0 : random.pick(others))],
    [2, () => random.pick(INTERESTING)],
    [1, () => random.int(0, 40)],
  ])();
}

function constantsOf(body: Expr): readonly number[] {
  return body.flatMap((instruction) => (instruction.op === Op['i32.const'] ? [instruction.value] : []));
}

export const constants: Mutator = {
  name: 'constants',
  mutate: (program, random) =>
    editBody(program, random, (body) => {
      const positions = positionsOf(body, ({ op }) => op === Op['i32.const']);
      if (positions.length === 0) return undefined;
      const position = random.pick(positions);
      const old = body[position] as Extract<Instruction, { op: typeof Op['i32.const'] }>;
      const value = interestingNumber(random, old.value, constantsOf(body));
      return value === old.value ? undefined : replaced(body, position, { op: Op['i32.const'], value });
    }),
};
