/**
 * What cases are drawn with a preference for. Each can be taken away, so that it can be measured what it is worth; that gives other
 * Programs for the same seeds, so whoever takes one away must say so wherever seeds stand for Programs.
 */
export const BIASES = [
  /** References to the same object in several places, and copies between ranges that overlap. Without: what chance brings. */
  'aliasing',
  /** Collections at times that the Program did not ask for. Without: those that modules, the host or a full heap ask for. */
  'zeal',
] as const;
export type Bias = (typeof BIASES)[number];

/** Nothing is taken away. */
export const ALL_BIASES: readonly Bias[] = [];
