/** What makes two campaigns different ones, in words. Known bugs do not: they decide what is reported, not what is run. */
import type { Comparison } from '#fuzz/engines/foreign/comparison.ts';
import { locateEngine } from '#fuzz/engines/foreign/comparison.ts';
import type { Plan } from './plan.ts';

interface Aspect {
  readonly name: string;
  /** Equal texts for plans that agree in it. */
  readonly of: (plan: Plan) => string;
}

function enginesText({ subjects, references }: Comparison): string {
  return `${subjects.map(locateEngine).join()} against ${references.map(locateEngine).join()}`;
}

/** Those of which it is told what they are in either plan. */
const TOLD: readonly Aspect[] = [
  { name: 'seed', of: ({ seed }) => String(seed) },
  { name: 'profiles', of: ({ profiles }) => profiles.join() },
  { name: 'planted bug', of: ({ fault = 'none' }) => fault },
  { name: 'shard', of: ({ shard: { index, count } }) => `${index}/${count}` },
  { name: 'mutations', of: ({ mutations }) => String(mutations) },
  { name: 'engines', of: ({ pair }) => (pair === undefined ? 'the twins' : enginesText(pair)) },
];

/** Those that take more than a few words. */
const UNTOLD: readonly Aspect[] = [
  { name: 'oracles', of: ({ oracles }) => [...oracles].sort().join() },
  { name: 'flags of engines', of: ({ pair }) => JSON.stringify([pair?.subjects, pair?.references]) },
  { name: 'epochs', of: ({ epochCases }) => String(epochCases) },
  { name: 'biases', of: ({ without = [] }) => [...without].sort().join() },
];

/** @returns such as `seed 1, not 2`; none for plans of one campaign */
export function planDifferences(stored: Plan, wanted: Plan): readonly string[] {
  const differ = ({ of }: Aspect): boolean => of(stored) !== of(wanted);
  const told = TOLD.filter(differ);
  // Other engines have other flags.
  const untold = told.some(({ name }) => name === 'engines') ? [] : UNTOLD.filter(differ);
  return [...told.map(({ name, of }) => `${name} ${of(stored)}, not ${of(wanted)}`), ...untold.map(({ name }) => `other ${name}`)];
}
