/** The planted bugs, in alphabetical order. */
import { arrayCopyReleaseBeforeCount } from './classics/array-copy-release-before-count.ts';
import { constExprNestedNoClone } from './ownership/const-expr-nested-no-clone.ts';
import { exceptionPayloadUncounted } from './classics/exception-payload-uncounted.ts';
import { fillCountsOnce } from './classics/fill-counts-once.ts';
import { framesKeptAfterTrap } from './classics/frames-kept-after-trap.ts';
import { globalSetKeepsOldCount } from './classics/global-set-keeps-old-count.ts';
import { hostResultCountedTwice } from './classics/host-result-counted-twice.ts';
import { markBitNotCleared } from './classics/mark-bit-not-cleared.ts';
import { narrowCountWraps } from './classics/narrow-count-wraps.ts';
import { overlappingCopyWrongDirection } from './classics/overlapping-copy-wrong-direction.ts';
import { selfAssignmentReleaseFirst } from './classics/self-assignment-release-first.ts';
import { sweepLosesPredecessor } from './classics/sweep-loses-predecessor.ts';
import { tableGrowInitUncounted } from './classics/table-grow-init-uncounted.ts';
import type { Fault } from './fault.ts';

export const FAULTS: readonly Fault[] = [
  arrayCopyReleaseBeforeCount,
  constExprNestedNoClone,
  exceptionPayloadUncounted,
  fillCountsOnce,
  framesKeptAfterTrap,
  globalSetKeepsOldCount,
  hostResultCountedTwice,
  markBitNotCleared,
  narrowCountWraps,
  overlappingCopyWrongDirection,
  selfAssignmentReleaseFirst,
  sweepLosesPredecessor,
  tableGrowInitUncounted,
];

export function findFault(slug: string): Fault | undefined {
  return FAULTS.find((fault) => fault.slug === slug);
}
