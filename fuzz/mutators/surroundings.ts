/** Changes when collections happen, or how the collector is set up. */
import { withShared } from '#util/map-shared.ts';
import type { Random } from '#fuzz/generators/random.ts';
import { drawKnobs, drawSchedule } from '#fuzz/generators/surroundings.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { Mutator } from './mutator.ts';

const MAX_SHIFT = 3;

/** Moves the scheduled safe points a little, or adds one. */
function shifted(points: readonly number[], random: Random): readonly number[] {
  const moved = points.map((point) => Math.max(1, point + random.int(-MAX_SHIFT, MAX_SHIFT)));
  return random.chance(0.5) ? moved : [...moved, random.int(1, 200)];
}

export const reschedule: Mutator = {
  name: 'reschedule',
  mutate: (program, random) => {
    const { schedule } = program;
    if (random.chance(0.5)) return withShared(program, { schedule: withShared(schedule, drawSchedule(random)) });
    return { ...program, schedule: { ...schedule, atSafePoints: shifted(schedule.atSafePoints, random) } };
  },
};

const KNOBS = ['drops', 'poison', 'oasrThreshold', 'initialHeapBytes', 'maxHeapBytes', 'heapGrowthStep'] as const satisfies readonly (keyof Program['collector'])[];

/** Changes one knob. */
export const turnKnob: Mutator = {
  name: 'turn-knob',
  mutate: (program, random) => {
    const knob = random.pick(KNOBS);
    return withShared(program, { collector: withShared(program.collector, { [knob]: drawKnobs(random)[knob] }) });
  },
};
