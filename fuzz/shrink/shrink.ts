/**
 * Shrinks a Program while it stays interesting: all reducers in turn, again and again, until a whole round changes
 * nothing. Deterministic: the result depends on the Program, the predicate and the bound on tries alone.
 */
import type { Program } from '#fuzz/program/program.ts';
import type { Predicate, Reducer } from './gate.ts';
import { Gate } from './gate.ts';
import { dropElements } from './reducers/drop-elements.ts';
import { dropExports } from './reducers/drop-exports.ts';
import { dropLocals } from './reducers/drop-locals.ts';
import { dropRanges } from './reducers/drop-ranges.ts';
import { dropResults } from './reducers/drop-results.ts';
import { dropStatements } from './reducers/drop-statements.ts';
import { dropSteps } from './reducers/drop-steps.ts';
import { dropUnused } from './reducers/drop-unused.ts';
import { inlineCalls } from './reducers/inline-calls.ts';
import { mergeGlobals } from './reducers/merge-globals.ts';
import { propagateCopies } from './reducers/propagate-copies.ts';
import { replaceExpressions } from './reducers/replace-expressions.ts';
import { simplifyConstants } from './reducers/simplify-constants.ts';
import { simplifySurroundings } from './reducers/simplify-surroundings.ts';
import { simplifyTypes } from './reducers/simplify-types.ts';
import { tradeStatements } from './reducers/trade-statements.ts';
import { unwrapBlocks } from './reducers/unwrap-blocks.ts';

/** What takes much away at once comes first. */
export const REDUCERS: readonly Reducer[] = [
  dropSteps,
  dropExports,
  dropUnused,
  dropStatements,
  dropUnused,
  dropResults,
  dropElements,
  dropRanges,
  replaceExpressions,
  unwrapBlocks,
  inlineCalls,
  propagateCopies,
  mergeGlobals,
  tradeStatements,
  dropUnused,
  dropLocals,
  simplifyTypes,
  simplifyConstants,
  simplifySurroundings,
];

const DEFAULT_MAX_TRIES = 20_000;

export interface Shrunk {
  readonly program: Program;
  /** Candidates that were run. */
  readonly tries: number;
  /** Whether it ended because nothing smaller was found, and not because the bound was reached or it was stopped. */
  readonly complete: boolean;
}

export interface ShrinkOptions {
  readonly maxTries?: number;
  /** Asked before each try; may only cut the work short. */
  readonly stop?: () => boolean;
  readonly reducers?: readonly Reducer[];
}

/** @param program interesting and valid */
export function shrink(program: Program, isInteresting: Predicate, options: ShrinkOptions = {}): Shrunk {
  const { maxTries = DEFAULT_MAX_TRIES, stop, reducers = REDUCERS } = options;
  const gate = new Gate(program, isInteresting, maxTries, stop);
  for (let before: Program | undefined; before !== gate.best && !gate.closed; ) {
    before = gate.best;
    for (const { reduce } of reducers) reduce(gate);
  }
  return { program: gate.best, tries: gate.tries, complete: !gate.closed };
}
