/** Leaves out exports; what nobody can reach any more is for `drop-unused`. */
import type { Reducer } from '../gate.ts';
import { dropChunks } from '../chunks.ts';
import { forEachModule } from '../sites.ts';

export const dropExports: Reducer = {
  name: 'drop-exports',
  reduce: (gate, grain) =>
    forEachModule(gate, (current, attempt) => {
      dropChunks(current().exports, (exports) => attempt({ ...current(), exports }), grain);
    }),
};
