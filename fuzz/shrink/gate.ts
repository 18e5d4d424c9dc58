/**
 * The one gate that every candidate passes: valid, smaller than the best so far, and still interesting. Whatever a
 * reducer proposes, what comes out of the gate is right, so reducers may guess.
 */
import { ValidationError } from '#wasm/errors.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { validate } from '#wasm/valid/validate.ts';
import type { Program } from '#fuzz/program/program.ts';
import { packProgram } from '#fuzz/program/record.ts';
import type { ProgramSize } from '#fuzz/program/size.ts';
import { compareSizes, sizeOf } from '#fuzz/program/size.ts';

export type Predicate = (program: Program) => boolean;

export function isValid(module: Module): boolean {
  try {
    validate(module);
    return true;
  } catch (error) {
    if (error instanceof ValidationError) return false;
    throw error;
  }
}

/** Equal for Programs that are equal. */
function keyOf(program: Program): string {
  const { record, modules } = packProgram(program);
  return record + modules.map((bytes) => Buffer.from(bytes).toString('latin1')).join();
}

export class Gate {
  /** The smallest Program that has passed. */
  best: Program;
  /** Candidates that were run. */
  tries = 0;
  /** Whether the budget is spent or a stop was asked for; nothing passes any more. */
  closed = false;
  #size: ProgramSize;
  readonly #isInteresting: Predicate;
  readonly #maxTries: number;
  readonly #stop: () => boolean;
  readonly #rejected = new Set<string>();

  /**
   * @param program interesting already
   * @param maxTries a bound that does not depend on time, so that shrinking gives the same everywhere
   * @param stop asked before each run; may only cut the work short
   */
  constructor(program: Program, isInteresting: Predicate, maxTries: number, stop: () => boolean = () => false) {
    this.best = program;
    this.#size = sizeOf(program);
    this.#isInteresting = isInteresting;
    this.#maxTries = maxTries;
    this.#stop = stop;
  }

  /** Whether the candidate passed and is the best now. */
  try(candidate: Program): boolean {
    if (this.closed) return false;
    const size = sizeOf(candidate);
    if (compareSizes(size, this.#size) >= 0) return false;
    const key = keyOf(candidate);
    if (this.#rejected.has(key) || !candidate.modules.every(({ module }) => isValid(module))) return false;
    if (this.tries >= this.#maxTries || this.#stop()) {
      this.closed = true;
      return false;
    }
    this.tries++;
    if (!this.#isInteresting(candidate)) {
      this.#rejected.add(key);
      return false;
    }
    this.best = candidate;
    this.#size = size;
    return true;
  }
}

/** One kind of transformation: proposes candidates made from `gate.best`. */
export interface Reducer {
  readonly name: string;
  readonly reduce: (gate: Gate) => void;
}
