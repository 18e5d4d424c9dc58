/** What a campaign has done so far: so that a quiet fuzzer and a good heap look different. */
import type { ObservedOutcome } from '#fuzz/engines/observation.ts';
import type { Origin } from '#fuzz/findings/finding.ts';
import type { Examination } from '#fuzz/oracles/examine.ts';
import type { Program } from '#fuzz/program/program.ts';
import { Op, instructionName } from '#wasm/syntax/instructions.ts';

/** Plain data that adds up: the tally of many cases is the sum of their tallies in any order. */
export interface Tally {
  readonly cases: number;
  /** Cases that are mutations. */
  readonly mutated: number;
  /** Cases that ran to their end without a trap. */
  readonly trapless: number;
  /** Cases that say something: agreements and disagreements. */
  readonly conclusive: number;
  readonly inconclusive: Readonly<Record<string, number>>;
  /** Conclusive cases about which an oracle could say nothing, by oracle and reason. */
  readonly abstentions: Readonly<Record<string, number>>;
  /** How steps have ended on the collector under test, traps by code. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly collections: number;
  readonly allocations: number;
  /** Distinct instructions that modules held, by name. */
  readonly instructions: readonly string[];
  /** Cases whose modules hold an `array.copy`. */
  readonly casesWithArrayCopy: number;
}

export const NOTHING_DONE: Tally = {
  cases: 0,
  mutated: 0,
  trapless: 0,
  conclusive: 0,
  inconclusive: {},
  abstentions: {},
  outcomes: {},
  collections: 0,
  allocations: 0,
  instructions: [],
  casesWithArrayCopy: 0,
};

export type Counts = Readonly<Record<string, number>>;

/** The most frequent first. */
export function addCounts(a: Counts, b: Counts): Counts {
  const sums = new Map(Object.entries(a));
  for (const [key, value] of Object.entries(b)) sums.set(key, (sums.get(key) ?? 0) + value);
  return Object.fromEntries([...sums].sort(([x, m], [y, n]) => n - m || (x < y ? -1 : 1)));
}

export function addTallies(a: Tally, b: Tally): Tally {
  return {
    cases: a.cases + b.cases,
    mutated: a.mutated + b.mutated,
    trapless: a.trapless + b.trapless,
    conclusive: a.conclusive + b.conclusive,
    inconclusive: addCounts(a.inconclusive, b.inconclusive),
    abstentions: addCounts(a.abstentions, b.abstentions),
    outcomes: addCounts(a.outcomes, b.outcomes),
    collections: a.collections + b.collections,
    allocations: a.allocations + b.allocations,
    instructions: [...new Set([...a.instructions, ...b.instructions])].sort(),
    casesWithArrayCopy: a.casesWithArrayCopy + b.casesWithArrayCopy,
  };
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function outcomeKey(outcome: ObservedOutcome): string {
  return outcome.kind === 'trapped' ? `trap ${outcome.trap}` : outcome.kind;
}

export class Statistics {
  #cases = 0;
  #mutated = 0;
  #trapless = 0;
  #conclusive = 0;
  #collections = 0;
  #allocations = 0;
  #casesWithArrayCopy = 0;
  readonly #inconclusive: Record<string, number> = {};
  readonly #abstentions: Record<string, number> = {};
  readonly #outcomes: Record<string, number> = {};
  readonly #opcodes = new Set<number>();

  add(program: Program, { parent }: Origin, { observation, verdict, abstentions }: Examination): void {
    this.#cases++;
    if (parent !== undefined) this.#mutated++;
    if (observation.outcomes.every(({ kind }) => kind !== 'trapped' && kind !== 'exhausted')) this.#trapless++;
    if (verdict.kind === 'inconclusive') count(this.#inconclusive, verdict.reason);
    else this.#conclusive++;
    for (const { oracle, reason } of abstentions) count(this.#abstentions, `${oracle}: ${reason}`);
    for (const outcome of observation.outcomes) count(this.#outcomes, outcomeKey(outcome));
    this.#collections += observation.effort.collections;
    this.#allocations += observation.effort.allocations;
    this.#addInstructions(program);
  }
  /** A case that could not be run to its end. */
  addBroken(): void {
    this.#cases++;
    this.#conclusive++;
  }
  #addInstructions({ modules }: Program): void {
    let copies = false;
    for (const { module } of modules) {
      for (const { body } of module.functions) {
        for (const { op } of body) {
          this.#opcodes.add(op);
          copies ||= op === Op['array.copy'];
        }
      }
    }
    if (copies) this.#casesWithArrayCopy++;
  }

  tally(): Tally {
    return {
      cases: this.#cases,
      mutated: this.#mutated,
      trapless: this.#trapless,
      conclusive: this.#conclusive,
      inconclusive: { ...this.#inconclusive },
      abstentions: { ...this.#abstentions },
      outcomes: { ...this.#outcomes },
      collections: this.#collections,
      allocations: this.#allocations,
      instructions: [...this.#opcodes].map((op) => instructionName(op)!).sort(),
      casesWithArrayCopy: this.#casesWithArrayCopy,
    };
  }
}
