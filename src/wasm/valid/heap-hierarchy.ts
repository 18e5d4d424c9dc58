/**
 * The four hierarchies of abstract heap types (spec: Validation / Matching / Heap Types).
 */
import type { CompositeType } from '../syntax/types.ts';
import { HeapType } from '../syntax/types.ts';

const { any, eq, i31, struct, array, none, func, nofunc, extern, noextern, exn, noexn } = HeapType;

/** Each abstract heap type with those above it, nearest first; the last one is the top of the hierarchy. */
const ABOVE: readonly (readonly [HeapType, ...HeapType[]])[] = [
  [any],
  [eq, any],
  [i31, eq, any],
  [struct, eq, any],
  [array, eq, any],
  [none, i31, struct, array, eq, any],
  [func],
  [nofunc, func],
  [extern],
  [noextern, extern],
  [exn],
  [noexn, exn],
];

// Indexed by the negated code.
const masks = new Int32Array(32);
const tops: HeapType[] = [];
const bottoms: HeapType[] = [];
for (const row of ABOVE) {
  const type = row[0];
  for (const above of row) masks[-type]! |= 1 << -above;
  tops[-type] = row.at(-1)!;
}
for (const [bottom, ...above] of ABOVE.filter(([type]) => isBottom(type))) {
  for (const type of [bottom, ...above]) bottoms[-type] = bottom;
}
function isBottom(type: HeapType): boolean {
  return type === none || type === nofunc || type === noextern || type === noexn;
}

/** Whether one abstract heap type is below or the same as another. */
export function abstractMatches(a: HeapType, b: HeapType): boolean {
  return (masks[-a]! & (1 << -b)) !== 0;
}
/** Top of an abstract heap type's hierarchy. */
export function topOf(type: HeapType): HeapType {
  return tops[-type]!;
}
/** Bottom of an abstract heap type's hierarchy. */
export function bottomOf(type: HeapType): HeapType {
  return bottoms[-type]!;
}
/** The abstract heap type right above types of this shape. */
export function kindOfComposite(composite: CompositeType): HeapType {
  return HeapType[composite.kind];
}
