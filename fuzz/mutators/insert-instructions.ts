/** Inserts a few instruction sequences from the table of productions in one place. */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import { ModuleView } from './module-view.ts';
import type { Mutator } from './mutator.ts';
import { editBody, latePlace, spliced } from './mutator.ts';
import { PRODUCTIONS } from './productions.ts';

const MAX_SEQUENCES = 3;

export const insertInstructions: Mutator = {
  name: 'insert-instructions',
  mutate: (program, random) =>
    editBody(program, random, (body, module, func) => {
      const view = new ModuleView(module);
      const site = { view, locals: view.locals(module.functions[func]!), random };
      const inserted: Instruction[] = [];
      for (let count = random.int(1, MAX_SEQUENCES); count > 0; count--) inserted.push(...(random.weighted(PRODUCTIONS)(site) ?? []));
      return inserted.length === 0 ? undefined : spliced(body, latePlace(body.length, random), 0, inserted);
    }),
};
