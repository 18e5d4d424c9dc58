/** Findings of planted bugs end small, and nothing more can be taken from them. */
import { describe, expect, it } from 'vitest';
import { sampleFindings } from '#test/support/shrunk-findings.ts';
import { findFault } from '#fuzz/faults/registry.ts';
import { instructionsOf } from '#fuzz/program/size.ts';
import { examinerOf } from '#fuzz/shrink/examiner.ts';
import { Gate } from '#fuzz/shrink/gate.ts';
import { REDUCERS, shrink } from '#fuzz/shrink/shrink.ts';

/** Seeds that show the fault; the instructions of the module in which it was reported are the bound. */
const CASES = [
  ['array-copy-release-before-count', 15, 10],
  ['array-copy-release-before-count', 60, 10],
  ['const-expr-nested-no-clone', 9, 12],
] as const;

describe('a finding that is shrunk', () => {
  it.each(CASES)(
    'of %s, seed %i, has at most %i instructions, and no step of any reducer applies to it',
    (slug, seed, most) => {
      const [finding] = sampleFindings(findFault(slug)!, 1, seed);
      expect(finding!.seed).toBe(seed);
      const { program, complete } = shrink(finding!.program, finding!.isInteresting);
      expect(complete).toBe(true);
      expect(finding!.isInteresting(program)).toBe(true);
      expect(instructionsOf(program)).toBeLessThanOrEqual(most);
      for (const reducer of new Set(REDUCERS)) {
        const gate = new Gate(program, examinerOf(finding!.isInteresting));
        reducer.reduce(gate, 0);
        expect([reducer.name, gate.best === program]).toEqual([reducer.name, true]);
      }
    },
    300_000,
  );
});
