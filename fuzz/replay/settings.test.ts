import { describe, expect, it } from 'vitest';
import type { Program } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS } from '#fuzz/program/program.ts';
import { settingsOf } from './settings.ts';

const PROGRAM: Program = {
  modules: [],
  steps: [{ kind: 'collect' }],
  schedule: { zeal: 0, allocZeal: 5, atEntry: false, atSafePoints: [7] },
  collector: { ...DEFAULT_KNOBS, oasrThreshold: 3, heapGrowthStep: 64 },
  limits: DEFAULT_PROGRAM_LIMITS,
};

describe('settingsOf', () => {
  const settings = [...settingsOf(PROGRAM)];

  it('combines everything with everything, and names each once', () => {
    expect(settings).toHaveLength(7 * 2 * 2);
    expect(new Set(settings.map(({ name }) => name)).size).toBe(settings.length);
    expect(new Set(settings.map(({ program: { schedule, collector } }) => JSON.stringify([schedule, collector]))).size).toBe(settings.length);
  });

  it('keeps what belongs to the Program', () => {
    expect(settings.filter(({ program }) => program.schedule === PROGRAM.schedule)).toHaveLength(4);
    for (const { program } of settings) {
      expect(program).toMatchObject({ modules: PROGRAM.modules, steps: PROGRAM.steps, limits: PROGRAM.limits });
      expect(program.collector).toMatchObject({ oasrThreshold: 3, heapGrowthStep: 64 });
    }
  });
});
