/** Makes a function that takes and gives nothing the start function, or lets the module have none: instances are then made while code runs, and perhaps in vain. */
import { withShared } from '#util/map-shared.ts';
import { ModuleView } from './module-view.ts';
import type { Mutator } from './mutator.ts';
import { withModule } from './mutator.ts';

/** Chance that a start function which is there goes. */
const TAKE_AWAY = 0.5;

export const startFunction: Mutator = {
  name: 'start-function',
  mutate: (program, random) => {
    const position = random.int(0, program.modules.length - 1);
    const { module } = program.modules[position]!;
    if (module.start !== undefined && random.chance(TAKE_AWAY)) return withModule(program, position, withShared(module, { start: undefined }));
    const view = new ModuleView(module);
    const candidates = [...view.functions.keys()].filter((index) => {
      const { params, results } = view.funcType(view.functions[index]!);
      return params.length + results.length === 0;
    });
    if (candidates.length === 0) return undefined;
    return withModule(program, position, withShared(module, { start: random.pick(candidates) }));
  },
};
