/**
 * What the thread that shrinks and the one that looks after it say to each other. The first is busy all the time; the second
 * stays awake for Ctrl-C, for the clock, for processes, and for what must be on disk.
 */
import type { Comparison } from '#fuzz/engines/foreign/comparison.ts';
import type { Failure } from '#fuzz/oracles/verdict.ts';
import type { PackedProgram } from '#fuzz/program/record.ts';

/** What must hold for a candidate to be interesting. */
export type Test =
  /** It fails on the engines, or else on the twins, as recorded; or as the input does, if that is not told. */
  | { readonly kind: 'failure'; readonly failure: Failure | undefined; readonly fault: string | undefined; readonly engines?: Comparison | undefined }
  /** Its module fails there as the input does, when its exports are called with default arguments. */
  | { readonly kind: 'module'; readonly fault: string | undefined; readonly engines?: Comparison | undefined }
  /** Someone else says so, who is asked through the port. */
  | { readonly kind: 'asked'; readonly jobs: number };

/** What the thread that shrinks is told first, when it has loaded what it needs. */
export interface Task {
  readonly program: PackedProgram;
  readonly test: Test;
}

/** Words of the memory that both threads see. */
export const SHARED = {
  /** Not zero when no more candidates are to be run. */
  stop: 0,
  /** Counts answers, so that one can wait for the next. */
  answers: 1,
  /** Candidates run so far. */
  tries: 2,
} as const;
export const SHARED_BYTES = 4 * Object.keys(SHARED).length;

export interface Size {
  readonly bytes: number;
  readonly instructions: number;
  readonly types: number;
}

/** A Program that passed. */
export interface Smaller {
  readonly program: PackedProgram;
  readonly size: Size;
  readonly tries: number;
  /** How it fails on the twins, if they were asked. */
  readonly failure: Failure | undefined;
}

/** From the thread that shrinks. */
export type News =
  | { readonly kind: 'ask'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'withdraw'; readonly id: number }
  /** @param why in words, when the twins say so */
  | { readonly kind: 'refused'; readonly because: 'input' | 'empty'; readonly why?: string }
  | { readonly kind: 'begun'; readonly input: Smaller }
  | { readonly kind: 'reducer'; readonly name: string }
  | { readonly kind: 'smaller'; readonly smaller: Smaller }
  | { readonly kind: 'done'; readonly tries: number; readonly complete: boolean };

/** To it. */
export interface Reply {
  readonly id: number;
  readonly holds: boolean;
}
