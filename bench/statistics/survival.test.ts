import { describe, expect, it } from 'vitest';
import type { Duration } from './survival.ts';
import { censoredAt, kaplanMeier } from './survival.ts';

const after = (...times: readonly number[]): readonly Duration[] => times.map((time) => ({ time, observed: true }));
const lost = (...times: readonly number[]): readonly Duration[] => times.map((time) => ({ time, observed: false }));

/** Weeks of remission of leukaemia patients under 6-mercaptopurine (Freireich and others 1963), the textbooks' example. */
const REMISSIONS = [...after(6, 6, 6, 7, 10, 13, 16, 22, 23), ...lost(6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)];

describe('the estimator of Kaplan and Meier', () => {
  it('gives the published values of the remission data, with their log-log intervals', () => {
    const published = [
      { time: 6, atRisk: 21, events: 3, survival: 0.857, low: 0.62, high: 0.952 },
      { time: 7, atRisk: 17, events: 1, survival: 0.807, low: 0.563, high: 0.923 },
      { time: 10, atRisk: 15, events: 1, survival: 0.753, low: 0.503, high: 0.889 },
      { time: 13, atRisk: 12, events: 1, survival: 0.69, low: 0.432, high: 0.849 },
      { time: 16, atRisk: 11, events: 1, survival: 0.627, low: 0.368, high: 0.805 },
      { time: 22, atRisk: 7, events: 1, survival: 0.538, low: 0.268, high: 0.747 },
      { time: 23, atRisk: 6, events: 1, survival: 0.448, low: 0.188, high: 0.68 },
    ];
    const points = kaplanMeier(REMISSIONS).map(({ survival, low, high, ...counts }) => {
      const rounded = [survival, low, high].map((share) => Math.round(1000 * share) / 1000);
      return { ...counts, survival: rounded[0], low: rounded[1], high: rounded[2] };
    });
    expect(points).toEqual(published);
  });

  it('is the share that is left when nothing is censored', () => {
    expect(kaplanMeier(after(1, 2, 2, 5)).map(({ time, survival }) => [time, survival])).toEqual([[1, 0.75], [2, 0.25], [5, 0]]);
  });

  it('has no point when nothing has happened', () => expect(kaplanMeier(lost(3, 4))).toEqual([]));
});

describe('a shorter watch', () => {
  it('censors what came later', () => {
    expect(censoredAt(10, [...after(3, 10, 11), ...lost(5, 12)])).toEqual([...after(3, 10), ...lost(10, 5, 10)]);
  });
});
