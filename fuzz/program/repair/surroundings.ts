/** Repair of what surrounds the modules: schedule, knobs and limits are brought into ranges that make sense. */
import { withShared } from '#util/map-shared.ts';
import type { Program } from '../program.ts';
import { DEFAULT_PROGRAM_LIMITS } from '../program.ts';

const MAX_SAFE_POINTS = 64;
/** Far from the 64 MiB beyond which the twins may rightly differ. */
const MAX_HEAP_BYTES = 32 << 20;
const GRANULE = 16;
const MAX_INT32 = 2 ** 31 - 1;

function clamp(value: number, min: number, max: number): number {
  return Number.isNaN(value) ? min : Math.min(max, Math.max(min, Math.trunc(value)));
}
function aligned(bytes: number): number {
  return bytes & -GRANULE;
}

function isAscending(points: readonly number[]): boolean {
  return points.every((point, i) => Number.isInteger(point) && point > (points[i - 1] ?? 0));
}
function safePoints(points: readonly number[]): readonly number[] {
  if (isAscending(points) && points.length <= MAX_SAFE_POINTS) return points;
  const distinct = new Set(points.map((point) => clamp(point, 1, MAX_INT32)));
  return [...distinct].sort((a, b) => a - b).slice(0, MAX_SAFE_POINTS);
}

export function repairSurroundings({ schedule, collector, limits }: Program): Pick<Program, 'schedule' | 'collector' | 'limits'> {
  const maxHeapBytes = aligned(clamp(collector.maxHeapBytes, 4096, MAX_HEAP_BYTES));
  return {
    schedule: withShared(schedule, {
      zeal: clamp(schedule.zeal, 0, MAX_INT32),
      allocZeal: clamp(schedule.allocZeal, 0, MAX_INT32),
      atSafePoints: safePoints(schedule.atSafePoints),
    }),
    collector: withShared(collector, {
      oasrThreshold: clamp(collector.oasrThreshold, 1, MAX_INT32),
      maxHeapBytes,
      initialHeapBytes: clamp(collector.initialHeapBytes, 0, maxHeapBytes),
      heapGrowthStep: Math.max(GRANULE, aligned(clamp(collector.heapGrowthStep, GRANULE, maxHeapBytes))),
    }),
    limits: withShared(limits, {
      fuel: clamp(limits.fuel, 1, DEFAULT_PROGRAM_LIMITS.fuel),
      callDepth: clamp(limits.callDepth, 1, DEFAULT_PROGRAM_LIMITS.callDepth),
    }),
  };
}
