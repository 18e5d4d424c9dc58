import { describe, expect, it } from 'vitest';
import type { Program } from '#fuzz/program/program.ts';
import { runOf } from '#test/support/program.ts';
import type { Measurement } from './reach-meter.ts';
import { ReachMeter, addMeasurements, totalShares } from './reach-meter.ts';
import { missingFrom } from './reach.ts';

/** Copies within an array of four. */
function copy(to: number, from: number, length: number, element = '(array.new_default $list (i32.const 0))'): Program {
  return runOf(`(module (type $list (array (mut anyref)))
    (global (ref null $list) (array.new_default $list (i32.const 1)))
    (func (export "run") (local $a (ref null $list))
      (local.set $a (array.new $list ${element} (i32.const 4)))
      (array.copy $list $list (local.get $a) (i32.const ${to}) (local.get $a) (i32.const ${from}) (i32.const ${length}))))`);
}
function measure(profile: string, ...programs: readonly Program[]): Measurement {
  const meter = new ReachMeter();
  for (const program of programs) meter.add(profile, program);
  return meter.measurement();
}

describe('the reach meter', () => {
  it('counts events and cases by name, and says what is missing', () => {
    const { reach } = measure('p', copy(0, 0, 4), copy(0, 1, 2), copy(0, 1, 2));
    expect(reach.aliases['copy backward overlap']).toEqual({ count: 2, cases: 2 });
    expect(reach.instructions['array.copy']).toEqual({ count: 3, cases: 3 });
    const missing = missingFrom(reach);
    expect(missing).toContain('throw');
    expect(missing).not.toContain('array.copy');
  });

  it('counts a case once for an instruction that is in code and in a constant expression', () => {
    expect(measure('p', copy(0, 0, 4)).reach.instructions['array.new_default']).toEqual({ count: 2, cases: 1 });
  });

  it('counts as self-copying only what moves objects onto themselves', () => {
    const selfCopying = (program: Program): number => measure('p', program).shares['p']!.selfCopying;
    expect([copy(0, 0, 4), copy(1, 0, 2), copy(0, 1, 2)].map(selfCopying)).toEqual([1, 1, 1]);
    expect([copy(0, 2, 2), copy(0, 0, 0), copy(0, 0, 5), copy(0, 0, 4, '(ref.null any)')].map(selfCopying)).toEqual([0, 0, 0, 0]);
  });

  it('tells trapping cases from others', () => {
    expect(measure('p', copy(0, 0, 4), copy(0, 0, 5)).shares).toEqual({ p: { cases: 2, valid: 2, withinLimits: 2, withoutTrap: 1, selfCopying: 1 } });
  });

  it('gives the same in one go as in parts', () => {
    const [a, b, c] = [copy(0, 0, 4), copy(0, 1, 2), copy(0, 0, 5)];
    const sum = addMeasurements(measure('p', a, c), measure('q', b));
    expect(sum.reach).toEqual(measure('p', a, b, c).reach);
    expect(Object.keys(sum.shares)).toEqual(['p', 'q']);
    expect(totalShares(sum)).toEqual(measure('p', a, b, c).shares['p']);
  });
});
