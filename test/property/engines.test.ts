/** What holds for the twins on any Program that a generator makes. */
import { describe, expect, it } from 'vitest';
import { prepare } from '#fuzz/engines/prepare.ts';
import { DEFAULT_ENGINE_OPTIONS, drcEngine, nullEngine } from '#fuzz/engines/interpreter.ts';
import { Run } from '#fuzz/engines/run.ts';
import { GENERATORS } from '#fuzz/generators/registry.ts';
import { judge } from '#fuzz/oracles/registry.ts';
import type { Program } from '#fuzz/program/program.ts';
import { auditStore } from '#runtime/audit/audit-store.ts';
import { PARTS } from '#runtime/parts.ts';

const SEEDS = Array.from({ length: 60 }, (_, i) => 7919 * i);
const DRC = drcEngine();

/** The longest programs would be audited for minutes. */
const MAX_INSTRUCTIONS = 3000;

describe.each(GENERATORS)('on programs of $name', (generator) => {
  const programs = SEEDS.map((seed) => generator.generate(seed));

  it('healthy twins agree', () => {
    const none = nullEngine();
    for (const [i, program] of programs.entries()) {
      const verdict = judge([{ engine: 'drc', observation: DRC.run(program) }, { engine: 'null', observation: none.run(program) }]);
      expect(verdict.kind === 'disagree' ? verdict.failure : undefined, `seed ${SEEDS[i]}`).toBeUndefined();
    }
  });

  it('a collection at any safe point changes nothing that is observed', () => {
    for (const [i, program] of programs.entries()) {
      const zealous: Program = { ...program, schedule: { ...program.schedule, zeal: 1 } };
      const [plain, collected] = [DRC.run(program), DRC.run(zealous)];
      const verdict = judge([{ engine: 'plain', observation: plain }, { engine: 'zealous', observation: collected }]);
      expect(verdict.kind, `seed ${SEEDS[i]}`).not.toBe('disagree');
    }
  });

  it('every count is exact before every instruction', () => {
    let audited = 0;
    for (const [i, program] of programs.entries()) {
      const run = new Run(program, prepare(program), PARTS.drc, DEFAULT_ENGINE_OPTIONS);
      let left = MAX_INSTRUCTIONS;
      const audit = () => {
        if (--left < 0) return;
        audited++;
        auditStore(run.store);
      };
      run.store.follow({ instruction: audit, safePoint: audit });
      expect(run.run().outcomes.at(-1)?.kind, `seed ${SEEDS[i]}`).not.toBe('faulted');
    }
    expect(audited).toBeGreaterThan(1000);
  });

  it('following a run changes nothing, its effort included', () => {
    for (const [i, program] of programs.entries()) {
      const run = new Run(program, prepare(program), PARTS.drc, DEFAULT_ENGINE_OPTIONS);
      run.store.follow({ instruction: () => {}, safePoint: () => {} });
      expect(run.run(), `seed ${SEEDS[i]}`).toEqual(DRC.run(program));
    }
  });
});
