/** How the two ranges of a copy lie to each other. */
import type { Random, Weighted } from './random.ts';

export type Relation = 'identical' | 'forward' | 'backward' | 'adjacent' | 'apart' | 'empty' | 'outOfBounds' | 'any';

export interface Ranges {
  readonly to: number;
  readonly from: number;
  readonly length: number;
}

/** Of all that a copy may be. */
export const ANY_RELATION: Weighted<Relation> = [
  [10, 'identical'],
  [8, 'forward'],
  [8, 'backward'],
  [3, 'adjacent'],
  [1, 'apart'],
  [2, 'empty'],
  [1, 'outOfBounds'],
  [2, 'any'],
];
/** Where something is read or written, if there is anything. */
export const MOVING: Weighted<Relation> = [
  [6, 'identical'],
  [5, 'forward'],
  [5, 'backward'],
  [3, 'adjacent'],
  [3, 'apart'],
];
/** Where source and target have elements in common. */
export const OVERLAPPING: Weighted<Relation> = [
  [2, 'identical'],
  [2, 'forward'],
  [2, 'backward'],
];

/** Wherever chance puts them. */
export const BY_CHANCE: Weighted<Relation> = [[1, 'any']];

/** Overlaps reach no further than this, so that most elements are both read and written. */
const MAX_SHIFT = 3;

/** Ranges of a relation within an array. One that is impossible in so few elements gives way to a simpler one. */
export function drawRanges(random: Random, relations: Weighted<Relation>, length: number): Ranges {
  return rangesOf(random, random.weighted(relations), length);
}

function rangesOf(random: Random, relation: Relation, length: number): Ranges {
  switch (relation) {
    case 'identical': {
      if (length === 0) return rangesOf(random, 'empty', length);
      const count = random.chance(0.5) ? length : random.int(1, length);
      const start = random.int(0, length - count);
      return { to: start, from: start, length: count };
    }
    case 'forward':
    case 'backward': {
      if (length < 3) return rangesOf(random, 'identical', length);
      const shift = random.int(1, Math.min(MAX_SHIFT, (length - 1) >> 1));
      const count = random.chance(0.5) ? length - shift : random.int(shift + 1, length - shift);
      const low = random.int(0, length - shift - count);
      return relation === 'forward' ? { to: low + shift, from: low, length: count } : { to: low, from: low + shift, length: count };
    }
    case 'adjacent':
    case 'apart': {
      const gap = relation === 'adjacent' ? 0 : 1;
      if (length < 2 + gap) return rangesOf(random, 'identical', length);
      const count = random.int(1, (length - gap) >> 1);
      const low = random.int(0, length - gap - 2 * count);
      const high = gap === 0 ? low + count : random.int(low + count + gap, length - count);
      return random.chance(0.5) ? { to: low, from: high, length: count } : { to: high, from: low, length: count };
    }
    case 'empty':
      return { to: random.int(0, length), from: random.int(0, length), length: 0 };
    case 'outOfBounds':
      return random.pick([
        { to: 0, from: 0, length: length + 1 },
        { to: 1, from: 0, length },
        { to: -1, from: 0, length: 1 },
        { to: 0, from: length + 1, length: 0 },
      ]);
    case 'any': {
      const [to, from] = [random.int(0, length), random.int(0, length)];
      return { to, from, length: random.int(0, length - Math.max(to, from)) };
    }
  }
}
