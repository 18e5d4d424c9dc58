/**
 * The median of a sample and an interval for that of the population, by order statistics: so many of n observations lie below the
 * population's median as heads come up in n tosses, whatever the distribution (W. J. Conover, Practical Nonparametric Statistics,
 * "confidence interval for a quantile"). Censored observations may stand as Infinity: only their rank counts.
 */

export interface MedianInterval {
  readonly low: number;
  readonly high: number;
  /** Probability that it covers the median: at least what was asked for, unless there are too few observations. */
  readonly coverage: number;
}

function sorted(values: readonly number[]): readonly number[] {
  return values.toSorted((a, b) => a - b);
}

/** @param values at least one; Infinity is more than any other */
export function median(values: readonly number[]): number {
  const ordered = sorted(values);
  const middle = ordered.length >> 1;
  return ordered.length % 2 === 1 ? ordered[middle]! : (ordered[middle - 1]! + ordered[middle]!) / 2;
}

/**
 * The narrowest symmetric interval between two observations that covers the population's median with the wanted probability, or from
 * the least to the greatest observation if none does: five do not reach 95 %.
 * @param values at least one
 */
export function medianInterval(values: readonly number[], wanted = 0.95): MedianInterval {
  const ordered = sorted(values);
  const n = ordered.length;
  let rank = 1;
  let coverage = coverageOf(rank, n);
  while (2 * (rank + 1) <= n + 1 && coverageOf(rank + 1, n) >= wanted) coverage = coverageOf(++rank, n);
  return { low: ordered[rank - 1]!, high: ordered[n - rank]!, coverage };
}

/** Of the interval from the observation of this rank, from 1, to the one as far from the other end: heads are between `rank` and `n - rank`. */
function coverageOf(rank: number, n: number): number {
  let ways = 1;
  let below = 0;
  for (let heads = 0; heads < rank; heads++) {
    below += ways;
    ways = (ways * (n - heads)) / (heads + 1);
  }
  return Math.max(0, 1 - (2 * below) / 2 ** n);
}
