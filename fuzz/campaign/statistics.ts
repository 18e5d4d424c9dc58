/** What a campaign has done so far: so that a quiet fuzzer and a good heap look different. */
import type { Observation, ObservedOutcome } from '#fuzz/engines/observation.ts';
import type { Verdict } from '#fuzz/oracles/verdict.ts';
import type { Program } from '#fuzz/program/program.ts';
import { Op, instructionName } from '#wasm/syntax/instructions.ts';

export interface Tally {
  readonly cases: number;
  /** Cases that say something: agreements and disagreements. */
  readonly conclusive: number;
  readonly inconclusive: Readonly<Record<string, number>>;
  /** How steps have ended on the collector under test, traps by code. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly collections: number;
  readonly allocations: number;
  /** Distinct instructions that modules held. */
  readonly instructions: readonly string[];
  /** Cases whose modules hold an `array.copy`. */
  readonly casesWithArrayCopy: number;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function outcomeKey(outcome: ObservedOutcome): string {
  return outcome.kind === 'trapped' ? `trap ${outcome.trap}` : outcome.kind;
}

/** The most frequent first. */
function toRecord(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

export class Statistics {
  #cases = 0;
  #conclusive = 0;
  #collections = 0;
  #allocations = 0;
  #casesWithArrayCopy = 0;
  readonly #inconclusive = new Map<string, number>();
  readonly #outcomes = new Map<string, number>();
  readonly #opcodes = new Set<number>();

  add(program: Program, observation: Observation, verdict: Verdict): void {
    this.#cases++;
    if (verdict.kind === 'inconclusive') count(this.#inconclusive, verdict.reason);
    else this.#conclusive++;
    for (const outcome of observation.outcomes) count(this.#outcomes, outcomeKey(outcome));
    this.#collections += observation.effort.collections;
    this.#allocations += observation.effort.allocations;
    this.#addInstructions(program);
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
      conclusive: this.#conclusive,
      inconclusive: toRecord(this.#inconclusive),
      outcomes: toRecord(this.#outcomes),
      collections: this.#collections,
      allocations: this.#allocations,
      instructions: [...this.#opcodes].sort((a, b) => a - b).map((op) => instructionName(op)!),
      casesWithArrayCopy: this.#casesWithArrayCopy,
    };
  }
}
