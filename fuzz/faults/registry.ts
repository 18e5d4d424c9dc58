/** The planted bugs, in alphabetical order. */
import { allocNotEnrolled } from './ownership/alloc-not-enrolled.ts';
import { allocatedBytesOffByOne } from './heuristics/allocated-bytes-off-by-one.ts';
import { arrayCopyOperandsUnrooted } from './stack-maps/array-copy-operands-unrooted.ts';
import { arrayCopyReleaseBeforeCount } from './classics/array-copy-release-before-count.ts';
import { arrayFillWrongExtent } from './heap/array-fill-wrong-extent.ts';
import { arrayNewDataUnmapped } from './stack-maps/array-new-data-unmapped.ts';
import { arraySizeWraps } from './heap/array-size-wraps.ts';
import { backEdgeLivenessIgnored } from './stack-maps/back-edge-liveness-ignored.ts';
import { blockParamUnmapped } from './stack-maps/block-param-unmapped.ts';
import { bottomTypeLoadSkipped } from './types/bottom-type-load-skipped.ts';
import { bumpPointerWraps } from './heap/bump-pointer-wraps.ts';
import { coldArmSafepointDropped } from './stack-maps/cold-arm-safepoint-dropped.ts';
import { collectWhilePassingValues } from './ownership/collect-while-passing-values.ts';
import { constEvalOomCrash } from './ownership/const-eval-oom-crash.ts';
import { constEvalStackUnrooted } from './ownership/const-eval-stack-unrooted.ts';
import { constExprNestedNoClone } from './ownership/const-expr-nested-no-clone.ts';
import { constGlobalReadCached } from './barriers/const-global-read-cached.ts';
import { deferredDropCountNotRestored } from './barriers/deferred-drop-count-not-restored.ts';
import { droppedSegmentWrongKind } from './ownership/dropped-segment-wrong-kind.ts';
import { exceptionPayloadUncounted } from './classics/exception-payload-uncounted.ts';
import { exnGlobalReadAsAnyref } from './ownership/exn-global-read-as-anyref.ts';
import { exnrefSlotUnbarriered } from './barriers/exnref-slot-unbarriered.ts';
import { externrefNeverI31 } from './barriers/externref-never-i31.ts';
import { failedInstanceReleasesStaleSlots } from './ownership/failed-instance-releases-stale-slots.ts';
import { fillCountsOnce } from './classics/fill-counts-once.ts';
import { forcedCollectionStarvesRetry } from './heuristics/forced-collection-starves-retry.ts';
import { framesKeptAfterTrap } from './classics/frames-kept-after-trap.ts';
import { freelistGrowUnderflow } from './heap/freelist-grow-underflow.ts';
import { freelistRoundUpWraps } from './heap/freelist-round-up-wraps.ts';
import { funcrefFieldInConstExpr } from './ownership/funcref-field-in-const-expr.ts';
import { funcrefFillRawNull } from './barriers/funcref-fill-raw-null.ts';
import { globalInitNoCount } from './ownership/global-init-no-count.ts';
import { globalSetKeepsOldCount } from './classics/global-set-keeps-old-count.ts';
import { growBeforeCollect } from './heuristics/grow-before-collect.ts';
import { heapWordWrongEndian } from './heap/heap-word-wrong-endian.ts';
import { hostHandleReleaseNoop } from './ownership/host-handle-release-noop.ts';
import { hostResultCountedTwice } from './classics/host-result-counted-twice.ts';
import { hostResultErrorPathLeaks } from './ownership/host-result-error-path-leaks.ts';
import { hostRootsKeptWithoutHeap } from './barriers/host-roots-kept-without-heap.ts';
import { hostTableGrowKeepsArgument } from './barriers/host-table-grow-keeps-argument.ts';
import { hostTableSetKeepsOldCount } from './barriers/host-table-set-keeps-old-count.ts';
import { hostTypeWithoutTraceInfo } from './heap/host-type-without-trace-info.ts';
import { i31ExternInSegment } from './barriers/i31-extern-in-segment.ts';
import { i31NeedsHeap } from './barriers/i31-needs-heap.ts';
import { i31NullMaskFolded } from './barriers/i31-null-mask-folded.ts';
import { importMatchedStructurally } from './types/import-matched-structurally.ts';
import { importedFunctionTypeErased } from './types/imported-function-type-erased.ts';
import { loopSlotShared } from './stack-maps/loop-slot-shared.ts';
import { markBitNotCleared } from './classics/mark-bit-not-cleared.ts';
import { narrowCountWraps } from './classics/narrow-count-wraps.ts';
import { nullI31ReadDoesNotTrap } from './types/null-i31-read-does-not-trap.ts';
import { oasrNeverForcesCollection } from './heuristics/oasr-never-forces-collection.ts';
import { outerActivationNotWalked } from './stack-maps/outer-activation-not-walked.ts';
import { overlappingCopyWrongDirection } from './classics/overlapping-copy-wrong-direction.ts';
import { partialObjectVisible } from './heap/partial-object-visible.ts';
import { passThroughUnmapped } from './stack-maps/pass-through-unmapped.ts';
import { pendingExceptionNotOwned } from './ownership/pending-exception-not-owned.ts';
import { pendingExceptionOverwriteLeaks } from './ownership/pending-exception-overwrite-leaks.ts';
import { poisonMissedOnGrowth } from './heuristics/poison-missed-on-growth.ts';
import { recGroupIdentityIgnored } from './types/rec-group-identity-ignored.ts';
import { recursiveFree } from './heap/recursive-free.ts';
import { releaseOfOverwrittenI31 } from './barriers/release-of-overwritten-i31.ts';
import { segmentSlotsNotOwned } from './ownership/segment-slots-not-owned.ts';
import { selectResultUnmapped } from './stack-maps/select-result-unmapped.ts';
import { selfAssignmentReleaseFirst } from './classics/self-assignment-release-first.ts';
import { shallowFree } from './heap/shallow-free.ts';
import { stackMapFuzzyLookup } from './stack-maps/stack-map-fuzzy-lookup.ts';
import { stackMapOfPreviousFunction } from './stack-maps/stack-map-of-previous-function.ts';
import { stackMapStateReused } from './stack-maps/stack-map-state-reused.ts';
import { staleHeapBase } from './heap/stale-heap-base.ts';
import { staleTraceInfo } from './heap/stale-trace-info.ts';
import { subtypeFieldsReordered } from './heap/subtype-fields-reordered.ts';
import { sweepLosesPredecessor } from './classics/sweep-loses-predecessor.ts';
import { tableFillNullRaw } from './barriers/table-fill-null-raw.ts';
import { tableGrowInitUncounted } from './classics/table-grow-init-uncounted.ts';
import { transferredPayloadUnmapped } from './stack-maps/transferred-payload-unmapped.ts';
import { tryTableFrameUnmapped } from './stack-maps/try-table-frame-unmapped.ts';
import type { Fault } from './fault.ts';

export const FAULTS: readonly Fault[] = [
  allocNotEnrolled,
  allocatedBytesOffByOne,
  arrayCopyOperandsUnrooted,
  arrayCopyReleaseBeforeCount,
  arrayFillWrongExtent,
  arrayNewDataUnmapped,
  arraySizeWraps,
  backEdgeLivenessIgnored,
  blockParamUnmapped,
  bottomTypeLoadSkipped,
  bumpPointerWraps,
  coldArmSafepointDropped,
  collectWhilePassingValues,
  constEvalOomCrash,
  constEvalStackUnrooted,
  constExprNestedNoClone,
  constGlobalReadCached,
  deferredDropCountNotRestored,
  droppedSegmentWrongKind,
  exceptionPayloadUncounted,
  exnGlobalReadAsAnyref,
  exnrefSlotUnbarriered,
  externrefNeverI31,
  failedInstanceReleasesStaleSlots,
  fillCountsOnce,
  forcedCollectionStarvesRetry,
  framesKeptAfterTrap,
  freelistGrowUnderflow,
  freelistRoundUpWraps,
  funcrefFieldInConstExpr,
  funcrefFillRawNull,
  globalInitNoCount,
  globalSetKeepsOldCount,
  growBeforeCollect,
  heapWordWrongEndian,
  hostHandleReleaseNoop,
  hostResultCountedTwice,
  hostResultErrorPathLeaks,
  hostRootsKeptWithoutHeap,
  hostTableGrowKeepsArgument,
  hostTableSetKeepsOldCount,
  hostTypeWithoutTraceInfo,
  i31ExternInSegment,
  i31NeedsHeap,
  i31NullMaskFolded,
  importMatchedStructurally,
  importedFunctionTypeErased,
  loopSlotShared,
  markBitNotCleared,
  narrowCountWraps,
  nullI31ReadDoesNotTrap,
  oasrNeverForcesCollection,
  outerActivationNotWalked,
  overlappingCopyWrongDirection,
  partialObjectVisible,
  passThroughUnmapped,
  pendingExceptionNotOwned,
  pendingExceptionOverwriteLeaks,
  poisonMissedOnGrowth,
  recGroupIdentityIgnored,
  recursiveFree,
  releaseOfOverwrittenI31,
  segmentSlotsNotOwned,
  selectResultUnmapped,
  selfAssignmentReleaseFirst,
  shallowFree,
  stackMapFuzzyLookup,
  stackMapOfPreviousFunction,
  stackMapStateReused,
  staleHeapBase,
  staleTraceInfo,
  subtypeFieldsReordered,
  sweepLosesPredecessor,
  tableFillNullRaw,
  tableGrowInitUncounted,
  transferredPayloadUnmapped,
  tryTableFrameUnmapped,
];

export function findFault(slug: string): Fault | undefined {
  return FAULTS.find((fault) => fault.slug === slug);
}
