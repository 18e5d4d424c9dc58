/** What surrounds the modules of a Program: when to collect and how the collector is set up. */
import type { CollectionSchedule, CollectorKnobs } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import type { Random } from './random.ts';

const PAGE_BYTES = 65536;
const LAST_SAFE_POINT = 400;

/** Sorted safe points, more of them early than late. */
function safePoints(random: Random): readonly number[] {
  const points = new Set<number>();
  for (let count = random.int(1, 6); count > 0; count--) points.add(random.int(1, random.int(1, LAST_SAFE_POINT)));
  return [...points].sort((a, b) => a - b);
}

export function drawSchedule(random: Random): CollectionSchedule {
  return random.weighted<() => CollectionSchedule>([
    [3, () => NO_COLLECTIONS],
    [3, () => ({ ...NO_COLLECTIONS, atEntry: true })],
    [2, () => ({ ...NO_COLLECTIONS, zeal: random.pick([1, 2, 3, 7, 20]) })],
    [1, () => ({ ...NO_COLLECTIONS, allocZeal: random.pick([1, 2, 5]) })],
    [2, () => ({ ...NO_COLLECTIONS, atSafePoints: safePoints(random) })],
    [1, () => ({ ...NO_COLLECTIONS, atEntry: true, atSafePoints: safePoints(random) })],
  ])();
}

/**
 * Heaps are mostly tight, so that freed memory is soon used again and growth happens. A page of poison takes longer to look at than
 * all else that happens in a case.
 */
export function drawKnobs(random: Random): CollectorKnobs {
  return {
    drops: random.chance(0.5) ? 'immediate' : 'deferred',
    poison: random.chance(0.8),
    oasrThreshold: random.weighted([
      [2, 1],
      [3, 16],
      [3, DEFAULT_KNOBS.oasrThreshold],
    ]),
    initialHeapBytes: random.weighted([
      [8, 0],
      // Less than the first address, and no multiple of anything.
      [1, random.int(1, 40)],
      [8, 256],
      [6, 4096],
      [2, PAGE_BYTES],
    ]),
    maxHeapBytes: random.weighted([
      [1, 4 * PAGE_BYTES],
      [6, DEFAULT_KNOBS.maxHeapBytes],
    ]),
    heapGrowthStep: random.weighted([
      [6, 256],
      [5, 4096],
      [1, PAGE_BYTES],
    ]),
  };
}
