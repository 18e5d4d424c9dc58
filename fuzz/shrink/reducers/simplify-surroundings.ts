/** Brings the schedule, the collector's knobs and the limits back to what they are by default, each for itself. */
import type { CollectionSchedule, CollectorKnobs, ProgramLimits } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { dropChunks } from '../chunks.ts';
import type { Gate, Reducer } from '../gate.ts';
import { descend } from '../numbers.ts';

function trySchedule(gate: Gate, change: Partial<CollectionSchedule>): boolean {
  return gate.try({ ...gate.best, schedule: { ...gate.best.schedule, ...change } });
}

/** A period of 1 is the plainest one after none. */
function shortenPeriod(gate: Gate, key: 'zeal' | 'allocZeal'): void {
  descend(gate.best.schedule[key], (period) => trySchedule(gate, { [key]: period }));
}

function collectEarlier(gate: Gate): void {
  const { length } = gate.best.schedule.atSafePoints;
  for (let i = 0; i < length; i++) {
    const { atSafePoints } = gate.best.schedule;
    descend(atSafePoints[i]!, (point) => point > 0 && trySchedule(gate, { atSafePoints: atSafePoints.with(i, point) }));
  }
}

export const simplifySurroundings: Reducer = {
  name: 'simplify-surroundings',
  reduce: (gate) => {
    if (!trySchedule(gate, NO_COLLECTIONS)) trySchedule(gate, { ...NO_COLLECTIONS, atEntry: true });
    for (const key of Object.keys(NO_COLLECTIONS) as (keyof CollectionSchedule)[]) {
      trySchedule(gate, { [key]: NO_COLLECTIONS[key] });
    }
    shortenPeriod(gate, 'zeal');
    shortenPeriod(gate, 'allocZeal');
    dropChunks(gate.best.schedule.atSafePoints, (atSafePoints) => trySchedule(gate, { atSafePoints }));
    collectEarlier(gate);
    gate.try({ ...gate.best, collector: DEFAULT_KNOBS });
    for (const key of Object.keys(DEFAULT_KNOBS) as (keyof CollectorKnobs)[]) {
      gate.try({ ...gate.best, collector: { ...gate.best.collector, [key]: DEFAULT_KNOBS[key] } });
    }
    for (const key of Object.keys(DEFAULT_PROGRAM_LIMITS) as (keyof ProgramLimits)[]) {
      gate.try({ ...gate.best, limits: { ...gate.best.limits, [key]: DEFAULT_PROGRAM_LIMITS[key] } });
    }
  },
};
