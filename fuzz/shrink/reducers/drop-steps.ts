/** Leaves out what the host does. */
import type { Reducer } from '../gate.ts';
import { dropChunks } from '../chunks.ts';

export const dropSteps: Reducer = {
  name: 'drop-steps',
  reduce: (gate, grain) =>
    gate.passage(() => {
      dropChunks(gate.best.steps, (steps) => gate.try({ ...gate.best, steps }), grain);
    }),
};
