/** Deletes a run of instructions, short ones more often. */
import type { Mutator } from './mutator.ts';
import { editBody, spliced } from './mutator.ts';

export const deleteRange: Mutator = {
  name: 'delete-range',
  mutate: (program, random) =>
    editBody(program, random, (body) => {
      if (body.length === 0) return undefined;
      const start = random.int(0, body.length - 1);
      return spliced(body, start, random.int(1, random.int(1, 12)));
    }),
};
