/** Lets collections happen more often: what made them happen, or happen at the right moment, may go. */
import { NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { CollectionSchedule } from '#fuzz/program/program.ts';
import type { Detour } from './detour.ts';

const SCHEDULES: readonly CollectionSchedule[] = [
  { ...NO_COLLECTIONS, atEntry: true },
  { ...NO_COLLECTIONS, zeal: 1 },
  { ...NO_COLLECTIONS, allocZeal: 1 },
  { ...NO_COLLECTIONS, zeal: 1, allocZeal: 1, atEntry: true },
];

export const collectMore: Detour = {
  name: 'collect-more',
  starts: (program) => SCHEDULES.map((schedule) => () => ({ ...program, schedule })),
};
