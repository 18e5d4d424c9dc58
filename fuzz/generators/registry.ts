/** All generators, by name. */
import type { Generator } from './generator.ts';
import { heapGraph } from './profiles/heap-graph.ts';
import { selfCopy } from './self-copy/self-copy.ts';
import { stackPressure } from './profiles/stack-pressure.ts';

export const GENERATORS: readonly Generator[] = [selfCopy, heapGraph, stackPressure];

export function generatorNamed(name: string): Generator | undefined {
  return GENERATORS.find((generator) => generator.name === name);
}
