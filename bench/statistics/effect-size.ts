/**
 * How much two samples differ: the probability that one of the first is greater than one of the second (A. Vargha and H. D. Delaney,
 * A Critique and Improvement of the CL Common Language Effect Size Statistics of McGraw and Wong, 2000). 0.5 is no difference. Needs ranks
 * only, so censored observations may stand as Infinity; two of them are a tie.
 */

/** @param xs at least one @param ys at least one */
export function a12(xs: readonly number[], ys: readonly number[]): number {
  let wins = 0;
  for (const x of xs) for (const y of ys) wins += x > y ? 1 : x === y ? 0.5 : 0;
  return wins / (xs.length * ys.length);
}

export type Magnitude = 'none' | 'small' | 'medium' | 'large';

/** In the authors' words for effects either way. */
export function magnitudeOf(probability: number): Magnitude {
  const distance = Math.max(probability, 1 - probability);
  return distance >= 0.71 ? 'large' : distance >= 0.64 ? 'medium' : distance >= 0.56 ? 'small' : 'none';
}
