/** The planted bugs, in alphabetical order. */
import { allocatedBytesOffByOne } from './heuristics/allocated-bytes-off-by-one.ts';
import { arrayCopyOperandsUnrooted } from './stack-maps/array-copy-operands-unrooted.ts';
import { arrayCopyReleaseBeforeCount } from './classics/array-copy-release-before-count.ts';
import { arrayFillWrongExtent } from './heap/array-fill-wrong-extent.ts';
import { arrayNewDataUnmapped } from './stack-maps/array-new-data-unmapped.ts';
import { arraySizeWraps } from './heap/array-size-wraps.ts';
import { backEdgeLivenessIgnored } from './stack-maps/back-edge-liveness-ignored.ts';
import { blockParamUnmapped } from './stack-maps/block-param-unmapped.ts';
import { bumpPointerWraps } from './heap/bump-pointer-wraps.ts';
import { coldArmSafepointDropped } from './stack-maps/cold-arm-safepoint-dropped.ts';
import { constExprNestedNoClone } from './ownership/const-expr-nested-no-clone.ts';
import { exceptionPayloadUncounted } from './classics/exception-payload-uncounted.ts';
import { fillCountsOnce } from './classics/fill-counts-once.ts';
import { forcedCollectionStarvesRetry } from './heuristics/forced-collection-starves-retry.ts';
import { framesKeptAfterTrap } from './classics/frames-kept-after-trap.ts';
import { freelistGrowUnderflow } from './heap/freelist-grow-underflow.ts';
import { freelistRoundUpWraps } from './heap/freelist-round-up-wraps.ts';
import { globalSetKeepsOldCount } from './classics/global-set-keeps-old-count.ts';
import { growBeforeCollect } from './heuristics/grow-before-collect.ts';
import { heapWordWrongEndian } from './heap/heap-word-wrong-endian.ts';
import { hostResultCountedTwice } from './classics/host-result-counted-twice.ts';
import { hostTypeWithoutTraceInfo } from './heap/host-type-without-trace-info.ts';
import { loopSlotShared } from './stack-maps/loop-slot-shared.ts';
import { markBitNotCleared } from './classics/mark-bit-not-cleared.ts';
import { narrowCountWraps } from './classics/narrow-count-wraps.ts';
import { oasrNeverForcesCollection } from './heuristics/oasr-never-forces-collection.ts';
import { outerActivationNotWalked } from './stack-maps/outer-activation-not-walked.ts';
import { overlappingCopyWrongDirection } from './classics/overlapping-copy-wrong-direction.ts';
import { partialObjectVisible } from './heap/partial-object-visible.ts';
import { passThroughUnmapped } from './stack-maps/pass-through-unmapped.ts';
import { poisonMissedOnGrowth } from './heuristics/poison-missed-on-growth.ts';
import { recursiveFree } from './heap/recursive-free.ts';
import { selectResultUnmapped } from './stack-maps/select-result-unmapped.ts';
import { selfAssignmentReleaseFirst } from './classics/self-assignment-release-first.ts';
import { shallowFree } from './heap/shallow-free.ts';
import { stackMapFuzzyLookup } from './stack-maps/stack-map-fuzzy-lookup.ts';
import { stackMapOfPreviousFunction } from './stack-maps/stack-map-of-previous-function.ts';
import { stackMapStateReused } from './stack-maps/stack-map-state-reused.ts';
import { staleHeapBase } from './heap/stale-heap-base.ts';
import { subtypeFieldsReordered } from './heap/subtype-fields-reordered.ts';
import { sweepLosesPredecessor } from './classics/sweep-loses-predecessor.ts';
import { tableGrowInitUncounted } from './classics/table-grow-init-uncounted.ts';
import { transferredPayloadUnmapped } from './stack-maps/transferred-payload-unmapped.ts';
import { tryTableFrameUnmapped } from './stack-maps/try-table-frame-unmapped.ts';
import type { Fault } from './fault.ts';

export const FAULTS: readonly Fault[] = [
  allocatedBytesOffByOne,
  arrayCopyOperandsUnrooted,
  arrayCopyReleaseBeforeCount,
  arrayFillWrongExtent,
  arrayNewDataUnmapped,
  arraySizeWraps,
  backEdgeLivenessIgnored,
  blockParamUnmapped,
  bumpPointerWraps,
  coldArmSafepointDropped,
  constExprNestedNoClone,
  exceptionPayloadUncounted,
  fillCountsOnce,
  forcedCollectionStarvesRetry,
  framesKeptAfterTrap,
  freelistGrowUnderflow,
  freelistRoundUpWraps,
  globalSetKeepsOldCount,
  growBeforeCollect,
  heapWordWrongEndian,
  hostResultCountedTwice,
  hostTypeWithoutTraceInfo,
  loopSlotShared,
  markBitNotCleared,
  narrowCountWraps,
  oasrNeverForcesCollection,
  outerActivationNotWalked,
  overlappingCopyWrongDirection,
  partialObjectVisible,
  passThroughUnmapped,
  poisonMissedOnGrowth,
  recursiveFree,
  selectResultUnmapped,
  selfAssignmentReleaseFirst,
  shallowFree,
  stackMapFuzzyLookup,
  stackMapOfPreviousFunction,
  stackMapStateReused,
  staleHeapBase,
  subtypeFieldsReordered,
  sweepLosesPredecessor,
  tableGrowInitUncounted,
  transferredPayloadUnmapped,
  tryTableFrameUnmapped,
];

export function findFault(slug: string): Fault | undefined {
  return FAULTS.find((fault) => fault.slug === slug);
}
