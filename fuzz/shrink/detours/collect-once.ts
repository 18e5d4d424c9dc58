/** Lets a single collection happen, at one safe point after another, and none for want of room: what made it happen at the right moment may go. */
import type { CollectorKnobs } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { Detour } from './detour.ts';

/** So late it may be. */
const LAST = 32;

/** With as much room as usual. */
function roomy({ drops, poison }: CollectorKnobs): CollectorKnobs {
  return { ...DEFAULT_KNOBS, drops, poison };
}

export const collectOnce: Detour = {
  name: 'collect-once',
  patience: 3,
  starts: (program) =>
    Array.from({ length: LAST }, (_, i) => () => ({
      ...program,
      schedule: { ...NO_COLLECTIONS, atSafePoints: [i + 1] },
      collector: roomy(program.collector),
    })),
};
