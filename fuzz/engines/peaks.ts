/** How much of each resource a run has used at most. */
import { DrcHeap } from '#runtime/collectors/drc.ts';
import type { Store } from '#runtime/store.ts';
import type { Peaks } from './observation.ts';

export function peaksOf({ heap, roots }: Store): Peaks {
  heap.notePeaks();
  const { counters } = heap;
  return {
    heap: heap.capacity,
    liveAfterCollection: counters.liveBytes,
    largestRequest: counters.largestRequest,
    listed: counters.listed,
    listedAfterSweep: counters.swept,
    listedByReads: counters.read,
    pendingRoom: heap instanceof DrcHeap ? heap.pending.words.length : 0,
    allocations: counters.allocations,
    scopedRoots: roots.peak.lifo,
    ownedRoots: roots.peak.owned,
  };
}
