import { describe, expect, it } from 'vitest';
import { findFault } from '#fuzz/faults/registry.ts';
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
