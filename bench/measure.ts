/** Timing inside this process. Contenders take turns, so that a machine whose speed drifts treats them alike. */
import { median } from './statistics/median.ts';

export { median };

/** Milliseconds that a call takes. */
export function time(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/**
 * Runs contenders in turn and takes the median time of each.
 * @param warmUp rounds that are not counted
 * @returns milliseconds, in the contenders' order
 */
export function compare(contenders: readonly (() => unknown)[], rounds: number, warmUp: number): number[] {
  const samples: number[][] = contenders.map(() => []);
  for (let round = 0; round < warmUp + rounds; round++) {
    contenders.forEach((run, i) => {
      const elapsed = time(run);
      if (round >= warmUp) samples[i]!.push(elapsed);
    });
  }
  return samples.map(median);
}
