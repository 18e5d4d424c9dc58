/** The reducers, in the order of their first turns. */
import type { Reducer } from '../gate.ts';
import { callDirectly } from './call-directly.ts';
import { cutDeadCode } from './cut-dead-code.ts';
import { decideBranches } from './decide-branches.ts';
import { dropBlockParams } from './drop-block-params.ts';
import { dropCasts } from './drop-casts.ts';
import { dropElements } from './drop-elements.ts';
import { dropExports } from './drop-exports.ts';
import { dropFields } from './drop-fields.ts';
import { dropLocals } from './drop-locals.ts';
import { dropModules } from './drop-modules.ts';
import { dropOperands } from './drop-operands.ts';
import { dropParams } from './drop-params.ts';
import { dropRanges } from './drop-ranges.ts';
import { dropPayloads } from './drop-payloads.ts';
import { dropResults } from './drop-results.ts';
import { dropSegments } from './drop-segments.ts';
import { dropStatements } from './drop-statements.ts';
import { dropSteps } from './drop-steps.ts';
import { dropTagParams } from './drop-tag-params.ts';
import { dropUnused } from './drop-unused.ts';
import { forwardStores } from './forward-stores.ts';
import { hoistValues } from './hoist-values.ts';
import { initialiseObjects } from './initialise-objects.ts';
import { inlineCalls } from './inline-calls.ts';
import { inlineElements } from './inline-elements.ts';
import { inlineGlobals } from './inline-globals.ts';
import { joinCalls } from './join-calls.ts';
import { leaveOnStack } from './leave-on-stack.ts';
import { linkModules } from './link-modules.ts';
import { localiseGlobals } from './localise-globals.ts';
import { loosenTypes } from './loosen-types.ts';
import { lowerTogether } from './lower-together.ts';
import { mergeGlobals } from './merge-globals.ts';
import { mergeGroups } from './merge-groups.ts';
import { mergeLocals } from './merge-locals.ts';
import { mergeTypes } from './merge-types.ts';
import { ownImports } from './own-imports.ts';
import { propagateCopies } from './propagate-copies.ts';
import { replaceExpressions } from './replace-expressions.ts';
import { retypeBlocks } from './retype-blocks.ts';
import { returnOperands } from './return-operands.ts';
import { shiftElements } from './shift-elements.ts';
import { shortenSegments } from './shorten-segments.ts';
import { shrinkLimits } from './shrink-limits.ts';
import { simplifyConstants } from './simplify-constants.ts';
import { simplifyKinds } from './simplify-kinds.ts';
import { simplifySharedTypes } from './simplify-shared-types.ts';
import { simplifySteps } from './simplify-steps.ts';
import { simplifySurroundings } from './simplify-surroundings.ts';
import { simplifyTypes } from './simplify-types.ts';
import { sinkValues } from './sink-values.ts';
import { splitAllGroups } from './split-groups.ts';
import { stubFunctions } from './stub-functions.ts';
import { testValues } from './test-values.ts';
import { toggleCounters } from './toggle-counters.ts';
import { tradeStatements } from './trade-statements.ts';
import { unwrapBlocks } from './unwrap-blocks.ts';

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
  dropBlockParams,
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
  simplifySharedTypes,
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

/** What makes a large Program a small one in few tries. */
export const COARSE_REDUCERS: readonly Reducer[] = [dropSteps, dropExports, dropUnused, stubFunctions, dropSegments, dropUnused, shortenSegments];

/** With a reducer that costs more to have than these, once what is plainly of no use is gone. */
export function reducersWith(costly: Reducer): readonly Reducer[] {
  const at = REDUCERS.lastIndexOf(dropStatements) + 2;
  return REDUCERS.toSpliced(at, 0, costly);
}
