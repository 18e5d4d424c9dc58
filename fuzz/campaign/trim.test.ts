import { describe, expect, it } from 'vitest';
import { INSTANTIATE, call, programOf } from '#test/support/program.ts';
import type { Program } from '#fuzz/program/program.ts';
import { trim } from './trim.ts';

const STEPS = [INSTANTIATE, call('a'), { kind: 'collect' }, call('b'), call('a')] as const;
const PROGRAM = programOf(['(module (type (struct)) (func (export "a")) (func (export "b") (call $c)) (func $c) (func $unused (drop (struct.new 0))))'], STEPS);
/** What a Program does by name, as far as it matters here. */
function callsOf({ steps }: Program): string {
  return steps.map((step) => (step.kind === 'call' ? step.export : '.')).join('');
}

describe('trimming', () => {
  it('keeps the wanted steps, and of the modules what they need', () => {
    const { steps, modules } = trim(PROGRAM, { steps: new Set([3]), isEnough: (candidate) => callsOf(candidate).includes('b') });
    expect(steps).toEqual([INSTANTIATE, call('b')]);
    expect(modules[0]!.module.exports.map(({ name }) => name)).toEqual(['b']);
    expect(modules[0]!.module.functions).toHaveLength(2);
    expect(modules[0]!.module.recGroups).toHaveLength(1);
  });

  it('keeps the steps before, where the wanted ones rely on them', () => {
    const { steps } = trim(PROGRAM, { steps: new Set([3]), isEnough: (candidate) => callsOf(candidate).startsWith('.a.b') });
    expect(steps).toEqual(STEPS.slice(0, 4));
  });

  it('keeps exports that nobody names, where someone needs them', () => {
    const isEnough = ({ modules: [first] }: Program): boolean => first!.module.exports.length === 2;
    const { steps, modules } = trim(PROGRAM, { steps: new Set([3]), isEnough });
    expect(steps).toEqual([INSTANTIATE, call('b')]);
    expect(modules[0]!.module.functions).toHaveLength(3);
  });

  it('keeps the Program where nothing less is enough', () => {
    expect(trim(PROGRAM, { steps: new Set([4]), isEnough: () => false })).toBe(PROGRAM);
  });
});
