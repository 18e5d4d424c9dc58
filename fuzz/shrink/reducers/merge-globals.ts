/** Puts one global in the place of another that starts as a copy of it. */
import { Op } from '#wasm/syntax/instructions.ts';
import { mapModule } from '#wasm/syntax/map-indices.ts';
import type { Reducer } from '../gate.ts';
import { forEachModule } from '../sites.ts';
import { withoutDefinition } from './drop-unused.ts';

export const mergeGlobals: Reducer = {
  name: 'merge-globals',
  reduce: (gate) =>
    forEachModule(gate, (current, attempt) => {
      for (let position = current().globals.length - 1; position >= 0; position--) {
        const module = current();
        const imported = module.imports.filter(({ type }) => type.kind === 'global').length;
        const copied = module.globals[position]?.init[0];
        if (copied?.op !== Op['global.get']) continue;
        const global = (index: number): number => (index === imported + position ? copied.global : index);
        attempt(withoutDefinition(mapModule(module, { global }), 'global', imported + position));
      }
    }),
};
