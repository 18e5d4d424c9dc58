/** All generators, by name. */
import type { Generator } from './generator.ts';
import { allocator } from './profiles/allocator.ts';
import { calls } from './profiles/calls.ts';
import { constExprs } from './profiles/const-exprs.ts';
import { exceptions } from './profiles/exceptions.ts';
import { heapGraph } from './profiles/heap-graph.ts';
import { hostBoundary } from './profiles/host-boundary.ts';
import { mixed } from './profiles/mixed.ts';
import { referenceTypes } from './profiles/reference-types.ts';
import { stackPressure } from './profiles/stack-pressure.ts';
import { tablesAndGlobals } from './profiles/tables-and-globals.ts';
import { selfCopy } from './self-copy/self-copy.ts';

/** Profiles and their share of a mixed hunt. */
const PROFILES = [
  [4, selfCopy],
  [3, heapGraph],
  [3, tablesAndGlobals],
  [2, constExprs],
  [2, allocator],
  [3, stackPressure],
  [2, exceptions],
  [2, calls],
  [2, hostBoundary],
  [1, referenceTypes],
] as const;
const MIXED_VERSION = 5;

export const GENERATORS: readonly Generator[] = [mixed(MIXED_VERSION, PROFILES), ...PROFILES.map(([, generator]) => generator)];

export function generatorNamed(name: string): Generator | undefined {
  return GENERATORS.find((generator) => generator.name === name);
}
