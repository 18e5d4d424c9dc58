/** Inserts a few instruction sequences from a table of productions in one place. */
import type { Weighted } from '#fuzz/generators/random.ts';
import type { Instruction } from '#wasm/syntax/instructions.ts';
import { ModuleView } from './module-view.ts';
import type { Mutator } from './mutator.ts';
import { editBody, latePlace, spliced } from './mutator.ts';
import type { Production } from './productions.ts';
import { PRODUCTIONS, UNALIASED_PRODUCTIONS } from './productions.ts';

const MAX_SEQUENCES = 3;

const insertFrom = (productions: Weighted<Production>): Mutator => ({
  name: 'insert-instructions',
  mutate: (program, random) =>
    editBody(program, random, (body, module, func) => {
      const view = new ModuleView(module);
      const site = { view, locals: view.locals(module.functions[func]!), random };
      const inserted: Instruction[] = [];
      for (let count = random.int(1, MAX_SEQUENCES); count > 0; count--) inserted.push(...(random.weighted(productions)(site) ?? []));
      return inserted.length === 0 ? undefined : spliced(body, latePlace(body.length, random), 0, inserted);
    }),
});

export const insertInstructions = insertFrom(PRODUCTIONS);
/** Without sequences that name one array twice. */
export const insertUnaliased = insertFrom(UNALIASED_PRODUCTIONS);
