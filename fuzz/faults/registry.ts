/** The planted bugs, in alphabetical order. */
import { arrayCopyReleaseBeforeCount } from './classics/array-copy-release-before-count.ts';
import { constExprNestedNoClone } from './ownership/const-expr-nested-no-clone.ts';
import type { Fault } from './fault.ts';

export const FAULTS: readonly Fault[] = [
  arrayCopyReleaseBeforeCount,
  constExprNestedNoClone,
];

export function findFault(slug: string): Fault | undefined {
  return FAULTS.find((fault) => fault.slug === slug);
}
