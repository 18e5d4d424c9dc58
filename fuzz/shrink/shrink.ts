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
import { callDirectly } from './reducers/call-directly.ts';
import { cutDeadCode } from './reducers/cut-dead-code.ts';
import { decideBranches } from './reducers/decide-branches.ts';
import { dropCasts } from './reducers/drop-casts.ts';
import { dropElements } from './reducers/drop-elements.ts';
import { dropExports } from './reducers/drop-exports.ts';
import { dropFields } from './reducers/drop-fields.ts';
import { dropLocals } from './reducers/drop-locals.ts';
import { dropModules } from './reducers/drop-modules.ts';
import { dropOperands } from './reducers/drop-operands.ts';
import { dropParams } from './reducers/drop-params.ts';
import { dropRanges } from './reducers/drop-ranges.ts';
import { dropPayloads } from './reducers/drop-payloads.ts';
import { dropResults } from './reducers/drop-results.ts';
import { dropSegments } from './reducers/drop-segments.ts';
import { dropStatements } from './reducers/drop-statements.ts';
import { dropSteps } from './reducers/drop-steps.ts';
import { dropTagParams } from './reducers/drop-tag-params.ts';
import { dropUnused } from './reducers/drop-unused.ts';
import { forwardStores } from './reducers/forward-stores.ts';
import { hoistValues } from './reducers/hoist-values.ts';
import { initialiseObjects } from './reducers/initialise-objects.ts';
import { inlineCalls } from './reducers/inline-calls.ts';
import { inlineElements } from './reducers/inline-elements.ts';
import { inlineGlobals } from './reducers/inline-globals.ts';
import { joinCalls } from './reducers/join-calls.ts';
import { leaveOnStack } from './reducers/leave-on-stack.ts';
import { linkModules } from './reducers/link-modules.ts';
import { localiseGlobals } from './reducers/localise-globals.ts';
import { loosenTypes } from './reducers/loosen-types.ts';
import { lowerTogether } from './reducers/lower-together.ts';
import { mergeGlobals } from './reducers/merge-globals.ts';
import { mergeGroups } from './reducers/merge-groups.ts';
import { mergeLocals } from './reducers/merge-locals.ts';
import { mergeTypes } from './reducers/merge-types.ts';
import { ownImports } from './reducers/own-imports.ts';
import { propagateCopies } from './reducers/propagate-copies.ts';
import { replaceExpressions } from './reducers/replace-expressions.ts';
import { retypeBlocks } from './reducers/retype-blocks.ts';
import { returnOperands } from './reducers/return-operands.ts';
import { shiftElements } from './reducers/shift-elements.ts';
import { shortenSegments } from './reducers/shorten-segments.ts';
import { shrinkLimits } from './reducers/shrink-limits.ts';
import { simplifyConstants } from './reducers/simplify-constants.ts';
import { simplifyKinds } from './reducers/simplify-kinds.ts';
import { simplifySteps } from './reducers/simplify-steps.ts';
import { simplifySurroundings } from './reducers/simplify-surroundings.ts';
import { simplifyTypes } from './reducers/simplify-types.ts';
import { sinkValues } from './reducers/sink-values.ts';
import { splitAllGroups } from './reducers/split-groups.ts';
import { stubFunctions } from './reducers/stub-functions.ts';
import { testValues } from './reducers/test-values.ts';
import { toggleCounters } from './reducers/toggle-counters.ts';
import { tradeStatements } from './reducers/trade-statements.ts';
import { unwrapBlocks } from './reducers/unwrap-blocks.ts';
import { anyForExtern } from './detours/any-for-extern.ts';
import { collectMore } from './detours/collect-more.ts';
import { collectOnce } from './detours/collect-once.ts';
import { defineImports } from './detours/define-imports.ts';
import type { Detour } from './detours/detour.ts';
import { fillArrays } from './detours/fill-arrays.ts';
import { fixVariables } from './detours/fix-variables.ts';
import { hoistFirst } from './detours/hoist-first.ts';
import { inlineCopies } from './detours/inline-copies.ts';
import { raiseNumbers } from './detours/raise-numbers.ts';
import { smallerCollector } from './detours/smaller-collector.ts';
import { unrollLoops } from './detours/unroll-loops.ts';
import { Turns } from './turns.ts';

/** What takes much away at once comes first. */
export const REDUCERS: readonly Reducer[] = [
  dropModules,
  dropSteps,
  dropExports,
  dropSegments,
  splitAllGroups,
  dropUnused,
  shortenSegments,
  stubFunctions,
  dropStatements,
  dropUnused,
  dropResults,
  dropParams,
  dropTagParams,
  dropElements,
  dropRanges,
  replaceExpressions,
  dropOperands,
  cutDeadCode,
  unwrapBlocks,
  decideBranches,
  testValues,
  retypeBlocks,
  dropPayloads,
  ownImports,
  linkModules,
  callDirectly,
  inlineCalls,
  joinCalls,
  propagateCopies,
  forwardStores,
  initialiseObjects,
  hoistValues,
  mergeGlobals,
  inlineGlobals,
  localiseGlobals,
  leaveOnStack,
  sinkValues,
  returnOperands,
  inlineElements,
  toggleCounters,
  dropUnused,
  dropLocals,
  mergeLocals,
  dropFields,
  simplifyTypes,
  mergeTypes,
  mergeGroups,
  simplifyKinds,
  dropCasts,
  loosenTypes,
  shrinkLimits,
  simplifyConstants,
  lowerTogether,
  shiftElements,
  simplifySteps,
  simplifySurroundings,
  // Far more candidates than the others, and most of no use as long as these find something.
  tradeStatements,
];

/** What leads to something smaller by way of something larger; for small Programs, when nothing else helps. */
const DETOURS: readonly Detour[] = [
  collectMore,
  collectOnce,
  smallerCollector,
  fillArrays,
  defineImports,
  anyForExtern,
  hoistFirst,
  fixVariables,
  inlineCopies,
  unrollLoops,
  raiseNumbers,
];
/** In instructions: what may go on detours. */
const MAX_SIZE_FOR_DETOURS = 100;
/** Tries after which one ends. */
const DETOUR_TRIES = 400;

/** With a reducer that costs more to have than these, once what is plainly of no use is gone. */
export function reducersWith(costly: Reducer): readonly Reducer[] {
  const at = REDUCERS.lastIndexOf(dropStatements) + 2;
  return REDUCERS.toSpliced(at, 0, costly);
}

/** What makes a large Program a small one in few tries. */
const COARSE_REDUCERS: readonly Reducer[] = [dropSteps, dropExports, dropUnused, stubFunctions, dropSegments, dropUnused, shortenSegments];
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
  /** Whether to look for what is smaller by way of what is larger, which takes several times the tries. */
  readonly detours?: boolean;
}

/** @param program interesting and valid */
export function shrink(program: Program, isInteresting: Predicate, options: ShrinkOptions = {}): Shrunk {
  return shrinkWith(program, examinerOf(isInteresting), options);
}

/** As `shrink`; how many are asked about at a time makes no difference to the result. */
export function shrinkWith(program: Program, examiner: Examiner, options: ShrinkOptions = {}): Shrunk {
  const { onReducer = () => {}, reducers = REDUCERS, detours = true } = options;
  const gate = new Gate(program, examiner, { maxTries: DEFAULT_MAX_TRIES, ...options });
  const reduce = (reducer: Reducer, grain: number): void => {
    onReducer(reducer.name);
    reducer.reduce(gate, grain);
  };
  gate.whileOpen(() => {
    for (const grain of GRAINS) reduceCoarsely(gate, () => COARSE_REDUCERS.forEach((reducer) => reduce(reducer, grain)));
    const exhaustAll = (): void => exhaust(gate, reducers, (reducer) => reduce(reducer, 0));
    exhaustAll();
    if (detours) while (takeDetour(gate, exhaustAll)) exhaustAll();
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

/** @returns whether one has led to something smaller */
function takeDetour(gate: Gate, exhaustAll: () => void): boolean {
  if (instructionsOf(gate.best) > MAX_SIZE_FOR_DETOURS) return false;
  return DETOURS.some(({ starts, patience = Number.POSITIVE_INFINITY }) => {
    let vain = 0;
    for (const start of starts(gate.best)) {
      const before = gate.tries;
      if (gate.detour(start, DETOUR_TRIES, exhaustAll)) return true;
      // More than the one try that said that there is no way.
      if (gate.tries > before + 1 && ++vain === patience) return false;
    }
    return false;
  });
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
