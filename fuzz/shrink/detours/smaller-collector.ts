/** Gives the collector less room, or lets it wait for less: what filled the room may go. */
import type { CollectorKnobs } from '#fuzz/program/program.ts';
import type { Detour } from './detour.ts';

const CHANGES: readonly Partial<CollectorKnobs>[] = [
  { oasrThreshold: 1 },
  { oasrThreshold: 4 },
  { heapGrowthStep: 64 },
  { initialHeapBytes: 32 },
  { initialHeapBytes: 64 },
  { initialHeapBytes: 128 },
  { maxHeapBytes: 65536 },
  { maxHeapBytes: 4096 },
  { maxHeapBytes: 256 },
];

export const smallerCollector: Detour = {
  name: 'smaller-collector',
  patience: 8,
  starts: (program) => CHANGES.map((change) => () => ({ ...program, collector: { ...program.collector, ...change } })),
};
