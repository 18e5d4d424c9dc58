/** Deletes a run of instructions, short ones more often. */
import type { Mutator } from './mutator.ts';
import { editBody, latePlace, spliced } from './mutator.ts';

export const deleteRange: Mutator = {
  name: 'delete-range',
  mutate: (program, random) =>
    editBody(program, random, (body) => {
      if (body.length === 0) return undefined;
      const start = latePlace(body.length - 1, random);
      return spliced(body, start, random.int(1, random.int(1, 12)));
    }),
};
