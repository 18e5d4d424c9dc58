/** Brings the schedule and the collector's knobs back to what they are by default, each for itself. */
import type { CollectionSchedule, CollectorKnobs } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { dropChunks } from '../chunks.ts';
import type { Gate, Reducer } from '../gate.ts';

function trySchedule(gate: Gate, change: Partial<CollectionSchedule>): boolean {
  return gate.try({ ...gate.best, schedule: { ...gate.best.schedule, ...change } });
}

export const simplifySurroundings: Reducer = {
  name: 'simplify-surroundings',
  reduce: (gate) => {
    if (!trySchedule(gate, NO_COLLECTIONS)) trySchedule(gate, { ...NO_COLLECTIONS, atEntry: true });
    for (const key of Object.keys(NO_COLLECTIONS) as (keyof CollectionSchedule)[]) {
      trySchedule(gate, { [key]: NO_COLLECTIONS[key] });
    }
    dropChunks(gate.best.schedule.atSafePoints, (atSafePoints) => trySchedule(gate, { atSafePoints }));
    gate.try({ ...gate.best, collector: DEFAULT_KNOBS });
    for (const key of Object.keys(DEFAULT_KNOBS) as (keyof CollectorKnobs)[]) {
      gate.try({ ...gate.best, collector: { ...gate.best.collector, [key]: DEFAULT_KNOBS[key] } });
    }
  },
};
