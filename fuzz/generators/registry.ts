/** All generators, by name. */
import type { Generator } from './generator.ts';
import { selfCopy } from './self-copy/self-copy.ts';

export const GENERATORS: readonly Generator[] = [selfCopy];

export function generatorNamed(name: string): Generator | undefined {
  return GENERATORS.find((generator) => generator.name === name);
}
