/** Who answers whether candidates are interesting: at once, or later and several at a time. */
import type { Program } from '#fuzz/program/program.ts';

export type Predicate = (program: Program) => boolean;

/** A candidate that was asked about. */
export interface Question {
  /** Waits until it is known. */
  readonly answer: () => boolean;
  /** The answer is not wanted any more. */
  readonly withdraw: () => void;
}

export interface Examiner {
  /** How many questions are worth having under way at a time; at least 1. */
  readonly jobs: number;
  readonly ask: (candidate: Program) => Question;
}

/** Answers when it is asked to, one question after the other. */
export function examinerOf(isInteresting: Predicate): Examiner {
  return { jobs: 1, ask: (candidate) => ({ answer: () => isInteresting(candidate), withdraw: () => {} }) };
}
