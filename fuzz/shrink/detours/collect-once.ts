/** Lets a single collection happen, at one safe point after another: what made it happen at the right moment may go. */
import { NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { Detour } from './detour.ts';

/** So late it may be. */
const LAST = 12;

export const collectOnce: Detour = {
  name: 'collect-once',
  patience: 2,
  starts: (program) =>
    Array.from({ length: LAST }, (_, i) => () => ({ ...program, schedule: { ...NO_COLLECTIONS, atSafePoints: [i + 1] } })),
};
