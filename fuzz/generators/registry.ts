/** All generators, by name. */
import type { Generator } from './generator.ts';
import { heapGraph } from './profiles/heap-graph.ts';
import { tablesAndGlobals } from './profiles/tables-and-globals.ts';
import { selfCopy } from './self-copy/self-copy.ts';

export const GENERATORS: readonly Generator[] = [selfCopy, heapGraph, tablesAndGlobals];

export function generatorNamed(name: string): Generator | undefined {
  return GENERATORS.find((generator) => generator.name === name);
}
