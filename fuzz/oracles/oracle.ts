/** What an oracle is: someone who is shown a case, and may run it again in other ways. */
import type { Panel } from '#fuzz/engines/panel.ts';
import type { Program } from '#fuzz/program/program.ts';
import type { EngineObservation } from './differential.ts';
import type { OracleName, Verdict } from './verdict.ts';

export interface Case {
  readonly program: Program;
  /** Both have finished within their limits and let us see the same. */
  readonly reference: EngineObservation;
  readonly subject: EngineObservation;
  readonly panel: Panel;
}

export interface Oracle {
  readonly name: OracleName;
  /** In words: `nothing`, or what it runs once more. */
  readonly needs: string;
  /** It is asked about one in so many cases. */
  readonly every: number;
  readonly judge: (question: Case) => Verdict;
}

/** Spreads consecutive numbers, so that shards of cases all get their share (Knuth: multiplicative hashing). */
const GOLDEN = 0x9e3779b1;

/** Whether a case is among the one in `every` that something dear is done with: decided by its number alone. */
export function isDue({ every }: { readonly every: number }, caseNumber: number): boolean {
  return (Math.imul(caseNumber, GOLDEN) >>> 16) % every === 0;
}
