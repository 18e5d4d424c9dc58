/**
 * The matrix: every setting under which an entry of the corpus is replayed. What a Program does depends on none of them. They differ
 * in what a collector may do behind its back, and each hides some mistakes and shows others: deferred drops hide releases that come too
 * early, poison hides what reads as null, and a collection at every safe point hides what only goes wrong in between.
 *
 * Threshold and sizes of the heap stay those of the Program, because entries rely on them.
 */
import type { CollectionSchedule, CollectorKnobs, Program } from '#fuzz/program/program.ts';
import { NO_COLLECTIONS } from '#fuzz/program/program.ts';

export interface Setting {
  /** What is different about it. */
  readonly name: string;
  readonly program: Program;
}

interface Named<T> {
  readonly name: string;
  readonly value: T;
}

const SCHEDULES: readonly Named<CollectionSchedule>[] = [
  { name: 'no scheduled collections', value: NO_COLLECTIONS },
  { name: 'collections at entry', value: { ...NO_COLLECTIONS, atEntry: true } },
  { name: 'zeal 1', value: { ...NO_COLLECTIONS, zeal: 1 } },
  { name: 'zeal 3', value: { ...NO_COLLECTIONS, zeal: 3 } },
  { name: 'alloc-zeal 1', value: { ...NO_COLLECTIONS, allocZeal: 1 } },
  { name: 'alloc-zeal 2', value: { ...NO_COLLECTIONS, allocZeal: 2 } },
];
const DROPS: readonly CollectorKnobs['drops'][] = ['immediate', 'deferred'];
const POISON = [true, false];

/** The Program as it is is not among them. */
export function* settingsOf(program: Program): Generator<Setting> {
  for (const schedule of [{ name: 'its own schedule', value: program.schedule }, ...SCHEDULES]) {
    for (const drops of DROPS) {
      for (const poison of POISON) {
        yield {
          name: `${schedule.name}, ${drops} drops, ${poison ? 'poison' : 'no poison'}`,
          program: { ...program, schedule: schedule.value, collector: { ...program.collector, drops, poison } },
        };
      }
    }
  }
}
