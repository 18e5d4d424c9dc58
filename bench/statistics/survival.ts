/**
 * Survival: how long it takes until something happens, when some were only watched for a while in which it did not. The estimator of
 * Kaplan and Meier (Nonparametric estimation from incomplete observations, 1958), with Greenwood's variance and an interval on the scale
 * of log(-log S), which keeps it between 0 and 1 (Kalbfleisch and Prentice).
 */

export interface Duration {
  readonly time: number;
  /** False when the watch ended at that time without the event: it is censored. */
  readonly observed: boolean;
}

/** From this time on, until that of the next point. */
export interface SurvivalPoint {
  readonly time: number;
  /** Watched until right before. */
  readonly atRisk: number;
  readonly events: number;
  /** Share that survives. */
  readonly survival: number;
  /** 95 % interval; the estimate itself where there is none to tell, at 1 and 0. */
  readonly low: number;
  readonly high: number;
}

/** 97.5 % quantile of the standard normal distribution. */
const Z = 1.959964;

/** @returns a point for each time at which something happened, ascending; before the first all survive */
export function kaplanMeier(durations: readonly Duration[]): readonly SurvivalPoint[] {
  const times = [...new Set(durations.flatMap(({ time, observed }) => (observed ? [time] : [])))].toSorted((a, b) => a - b);
  let survival = 1;
  let greenwood = 0;
  return times.map((time) => {
    // Whoever is censored at the very time of an event was still at risk.
    const atRisk = durations.filter((other) => other.time >= time).length;
    const events = durations.filter((other) => other.observed && other.time === time).length;
    survival *= 1 - events / atRisk;
    greenwood += events / (atRisk * (atRisk - events));
    return { time, atRisk, events, survival, ...intervalOf(survival, greenwood) };
  });
}

function intervalOf(survival: number, greenwood: number): { readonly low: number; readonly high: number } {
  if (survival === 0 || survival === 1) return { low: survival, high: survival };
  const width = (Z * Math.sqrt(greenwood)) / Math.abs(Math.log(survival));
  return { low: survival ** Math.exp(width), high: survival ** Math.exp(-width) };
}

/** What would have been seen had everyone been watched for this long at most. */
export function censoredAt(limit: number, durations: readonly Duration[]): readonly Duration[] {
  return durations.map((duration) => (duration.time <= limit ? duration : { time: limit, observed: false }));
}
