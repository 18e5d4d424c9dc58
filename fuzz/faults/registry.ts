/** The planted bugs, in alphabetical order. */
import { arrayCopyOperandsUnrooted } from './stack-maps/array-copy-operands-unrooted.ts';
import { arrayCopyReleaseBeforeCount } from './classics/array-copy-release-before-count.ts';
import { arrayNewDataUnmapped } from './stack-maps/array-new-data-unmapped.ts';
import { backEdgeLivenessIgnored } from './stack-maps/back-edge-liveness-ignored.ts';
import { blockParamUnmapped } from './stack-maps/block-param-unmapped.ts';
import { coldArmSafepointDropped } from './stack-maps/cold-arm-safepoint-dropped.ts';
import { constExprNestedNoClone } from './ownership/const-expr-nested-no-clone.ts';
import { exceptionPayloadUncounted } from './classics/exception-payload-uncounted.ts';
import { fillCountsOnce } from './classics/fill-counts-once.ts';
import { framesKeptAfterTrap } from './classics/frames-kept-after-trap.ts';
import { globalSetKeepsOldCount } from './classics/global-set-keeps-old-count.ts';
import { hostResultCountedTwice } from './classics/host-result-counted-twice.ts';
import { loopSlotShared } from './stack-maps/loop-slot-shared.ts';
import { markBitNotCleared } from './classics/mark-bit-not-cleared.ts';
import { narrowCountWraps } from './classics/narrow-count-wraps.ts';
import { outerActivationNotWalked } from './stack-maps/outer-activation-not-walked.ts';
import { overlappingCopyWrongDirection } from './classics/overlapping-copy-wrong-direction.ts';
import { passThroughUnmapped } from './stack-maps/pass-through-unmapped.ts';
import { selectResultUnmapped } from './stack-maps/select-result-unmapped.ts';
import { selfAssignmentReleaseFirst } from './classics/self-assignment-release-first.ts';
import { stackMapFuzzyLookup } from './stack-maps/stack-map-fuzzy-lookup.ts';
import { stackMapOfPreviousFunction } from './stack-maps/stack-map-of-previous-function.ts';
import { stackMapStateReused } from './stack-maps/stack-map-state-reused.ts';
import { sweepLosesPredecessor } from './classics/sweep-loses-predecessor.ts';
import { tableGrowInitUncounted } from './classics/table-grow-init-uncounted.ts';
import { transferredPayloadUnmapped } from './stack-maps/transferred-payload-unmapped.ts';
import { tryTableFrameUnmapped } from './stack-maps/try-table-frame-unmapped.ts';
import type { Fault } from './fault.ts';

export const FAULTS: readonly Fault[] = [
  arrayCopyOperandsUnrooted,
  arrayCopyReleaseBeforeCount,
  arrayNewDataUnmapped,
  backEdgeLivenessIgnored,
  blockParamUnmapped,
  coldArmSafepointDropped,
  constExprNestedNoClone,
  exceptionPayloadUncounted,
  fillCountsOnce,
  framesKeptAfterTrap,
  globalSetKeepsOldCount,
  hostResultCountedTwice,
  loopSlotShared,
  markBitNotCleared,
  narrowCountWraps,
  outerActivationNotWalked,
  overlappingCopyWrongDirection,
  passThroughUnmapped,
  selectResultUnmapped,
  selfAssignmentReleaseFirst,
  stackMapFuzzyLookup,
  stackMapOfPreviousFunction,
  stackMapStateReused,
  sweepLosesPredecessor,
  tableGrowInitUncounted,
  transferredPayloadUnmapped,
  tryTableFrameUnmapped,
];

export function findFault(slug: string): Fault | undefined {
  return FAULTS.find((fault) => fault.slug === slug);
}
