import { describe, expect, it } from 'vitest';
import { findFault } from '#fuzz/faults/registry.ts';
import { generatorNamed } from '#fuzz/generators/registry.ts';
import type { OracleName } from '#fuzz/oracles/verdict.ts';
import { readEntry } from '#fuzz/program/entry.ts';
import { ALL_ORACLES, twins } from './twins.ts';

const { program } = readEntry('corpus/seeds/self-copy');

function spokenBy(...without: readonly OracleName[]): string {
  const oracles = new Set([...ALL_ORACLES].filter((name) => !without.includes(name)));
  const { verdict } = twins({ fault: findFault('const-expr-nested-no-clone'), oracles }).examine(program);
  return verdict.kind === 'disagree' ? verdict.failure.oracle : verdict.kind;
}

describe('an oracle of the audits that may not speak', () => {
  it('leaves the case to others, who may notice later', () => {
    expect(spokenBy()).toBe('audit');
    expect(spokenBy('audit')).toBe('assertion');
    expect(spokenBy('audit', 'stackScan', 'leakCheck')).toBe('assertion');
  });

  it('makes no difference to what others notice', () => expect(spokenBy('stackScan', 'leakCheck')).toBe('audit'));
});

describe('cases that are examined together', () => {
  it('are seen as each is alone, in their order', () => {
    const { generate } = generatorNamed('mixed')!;
    const whole = generate(0);
    const cut = { ...whole, limits: { ...whole.limits, fuel: 1 } };
    const submissions = [cut, ...Array.from({ length: 47 }, (_, i) => generate(i + 1))].map((one, caseNumber) => ({ program: one, caseNumber }));
    const { examine, examineAll } = twins({ fault: findFault('const-expr-nested-no-clone'), oracles: ALL_ORACLES });
    const together = examineAll(submissions);
    const alone = submissions.map((submission) => examine(submission.program, submission.caseNumber));
    expect(together).toEqual(alone);
    expect(new Set(together.map(({ verdict }) => verdict.kind))).toEqual(new Set(['agree', 'disagree', 'inconclusive']));
  });
});
