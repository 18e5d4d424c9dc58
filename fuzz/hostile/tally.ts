/** Runs hostile cases one after the other and counts what became of them. */
import type { HostileCases } from './cases.ts';
import { judge } from './judge.ts';

export interface HostileFailure {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly problems: readonly string[];
}

export class Tally {
  cases = 0;
  /** How far cases got. */
  readonly stages = new Map<string, number>();
  /** How instantiations and calls ended. */
  readonly ends = new Map<string, number>();
  /** Known reasons for which V8's verdict was another. */
  readonly differences = new Map<string, number>();
  readonly failures: HostileFailure[] = [];
  slowest: { readonly index: number; readonly ms: number } = { index: -1, ms: 0 };

  run(cases: HostileCases, index: number): void {
    const startMs = performance.now();
    const random = cases.randomOf(index);
    const bytes = cases.bytesOf(random);
    const { stage, ends, difference, problems } = judge(bytes, random);
    const ms = performance.now() - startMs;
    this.cases++;
    if (ms > this.slowest.ms) this.slowest = { index, ms };
    count(this.stages, stage);
    for (const end of ends) count(this.ends, end.split(' ', 2).join(' '));
    if (difference?.kind === 'known') count(this.differences, difference.reason);
    if (problems.length > 0) this.failures.push({ index, bytes, problems });
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
