/**
 * Shrinks a Program while it stays interesting: all reducers in turn, again and again, those that have just changed something
 * before the others, until none of them changes anything. Deterministic: the result depends on the Program, the predicate and the bound on tries alone.
 */
import type { Program } from '#fuzz/program/program.ts';
import { instructionsOf } from '#fuzz/program/size.ts';
import type { Examiner, Predicate } from './examiner.ts';
import { examinerOf } from './examiner.ts';
import type { GateOptions, Reducer } from './gate.ts';
import { Gate } from './gate.ts';
import { dropElements } from './reducers/drop-elements.ts';
import { dropExports } from './reducers/drop-exports.ts';
import { dropFields } from './reducers/drop-fields.ts';
import { dropLocals } from './reducers/drop-locals.ts';
import { dropModules } from './reducers/drop-modules.ts';
import { dropParams } from './reducers/drop-params.ts';
import { dropRanges } from './reducers/drop-ranges.ts';
import { dropResults } from './reducers/drop-results.ts';
import { dropSegments } from './reducers/drop-segments.ts';
import { dropStatements } from './reducers/drop-statements.ts';
import { dropSteps } from './reducers/drop-steps.ts';
import { dropUnused } from './reducers/drop-unused.ts';
import { hoistValues } from './reducers/hoist-values.ts';
import { inlineCalls } from './reducers/inline-calls.ts';
import { loosenTypes } from './reducers/loosen-types.ts';
import { lowerTogether } from './reducers/lower-together.ts';
import { mergeGlobals } from './reducers/merge-globals.ts';
import { mergeLocals } from './reducers/merge-locals.ts';
import { mergeTypes } from './reducers/merge-types.ts';
import { propagateCopies } from './reducers/propagate-copies.ts';
import { replaceExpressions } from './reducers/replace-expressions.ts';
import { shortenSegments } from './reducers/shorten-segments.ts';
import { shrinkLimits } from './reducers/shrink-limits.ts';
import { simplifyConstants } from './reducers/simplify-constants.ts';
import { simplifySteps } from './reducers/simplify-steps.ts';
import { simplifySurroundings } from './reducers/simplify-surroundings.ts';
import { simplifyTypes } from './reducers/simplify-types.ts';
import { stubFunctions } from './reducers/stub-functions.ts';
import { tradeStatements } from './reducers/trade-statements.ts';
import { unwrapBlocks } from './reducers/unwrap-blocks.ts';
import { Turns } from './turns.ts';

/** What takes much away at once comes first. */
export const REDUCERS: readonly Reducer[] = [
  dropModules,
  dropSteps,
  dropExports,
  dropSegments,
  dropUnused,
  shortenSegments,
  stubFunctions,
  dropStatements,
  dropUnused,
  dropResults,
  dropParams,
  dropElements,
  dropRanges,
  replaceExpressions,
  unwrapBlocks,
  inlineCalls,
  propagateCopies,
  hoistValues,
  mergeGlobals,
  tradeStatements,
  dropUnused,
  dropLocals,
  mergeLocals,
  dropFields,
  simplifyTypes,
  mergeTypes,
  loosenTypes,
  shrinkLimits,
  simplifyConstants,
  lowerTogether,
  simplifySteps,
  simplifySurroundings,
];

/** What makes a large Program a small one in few tries. */
const COARSE_REDUCERS: readonly Reducer[] = [dropSteps, dropExports, stubFunctions, dropSegments, dropUnused, shortenSegments];
/** Shares of all exports, functions and definitions below which nothing is dropped, in turn. */
const GRAINS = [1 / 4, 1 / 32];
/** Below so many instructions, single items come soon enough. */
const LARGE = 1000;
/** Goes on with a grain while an eighth of the instructions goes each time. */
const WORTHWHILE = 7 / 8;

const DEFAULT_MAX_TRIES = 20_000;

export interface Shrunk {
  readonly program: Program;
  /** Candidates that were run. */
  readonly tries: number;
  /** Whether it ended because nothing smaller was found, and not because the bound was reached or it was stopped. */
  readonly complete: boolean;
}

export interface ShrinkOptions extends GateOptions {
  /** Told of each reducer before it runs. */
  readonly onReducer?: (name: string) => void;
  readonly reducers?: readonly Reducer[];
}

/** @param program interesting and valid */
export function shrink(program: Program, isInteresting: Predicate, options: ShrinkOptions = {}): Shrunk {
  return shrinkWith(program, examinerOf(isInteresting), options);
}

/** As `shrink`; how many are asked about at a time makes no difference to the result. */
export function shrinkWith(program: Program, examiner: Examiner, options: ShrinkOptions = {}): Shrunk {
  const { onReducer = () => {}, reducers = REDUCERS } = options;
  const gate = new Gate(program, examiner, { maxTries: DEFAULT_MAX_TRIES, ...options });
  const reduce = (reducer: Reducer, grain: number): void => {
    onReducer(reducer.name);
    reducer.reduce(gate, grain);
  };
  gate.whileOpen(() => {
    for (const grain of GRAINS) reduceCoarsely(gate, () => COARSE_REDUCERS.forEach((reducer) => reduce(reducer, grain)));
    exhaust(gate, reducers, (reducer) => reduce(reducer, 0));
  });
  return { program: gate.best, tries: gate.tries, complete: !gate.closed };
}

function reduceCoarsely(gate: Gate, reduce: () => void): void {
  let before: number;
  do {
    before = instructionsOf(gate.best);
    if (before < LARGE) return;
    reduce();
  } while (instructionsOf(gate.best) <= before * WORTHWHILE);
}

/** Until none of them changes anything: one after the other, but what has changed something before what has not. */
function exhaust(gate: Gate, reducers: readonly Reducer[], reduce: (reducer: Reducer) => void): void {
  const turns = new Turns(reducers.length);
  for (let turn = turns.next(); turn !== undefined; turn = turns.next()) {
    const before = gate.best;
    reduce(reducers[turn]!);
    turns.done(turn, gate.best !== before);
  }
}
