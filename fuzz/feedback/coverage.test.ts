import { describe, expect, it } from 'vitest';
import { drcEngine } from '#fuzz/engines/interpreter.ts';
import { GENERATORS } from '#fuzz/generators/registry.ts';
import type { Program } from '#fuzz/program/program.ts';
import { NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { runOf } from '#test/support/program.ts';
import { CoverageMap, featureName } from './coverage.ts';
import { COPY_RELATIONS } from './events.ts';
import { ObservingEngine } from './observing-engine.ts';

const engine = new ObservingEngine();

/** Names of what a run has reached, without how often. */
function reached(program: Program): ReadonlySet<string> {
  const { outcomes } = engine.run(program);
  expect(outcomes.filter(({ kind }) => kind === 'faulted')).toEqual([]);
  return new Set([...engine.coverage.features()].map((feature) => featureName(feature).replace(/, [^,]* times$/, '')));
}

/** Copies `length` of four elements of an array onto itself. */
function copy(to: number, from: number, length: number, element = '(array.new_default $list (i32.const 0))'): Program {
  return runOf(`(module (type $list (array (mut anyref)))
    (func (export "run") (local $a (ref null $list))
      (local.set $a (array.new $list ${element} (i32.const 4)))
      (array.copy $list $list (local.get $a) (i32.const ${to}) (local.get $a) (i32.const ${from}) (i32.const ${length}))))`);
}

describe('coverage', () => {
  it.each([
    ['copy identical', copy(1, 1, 2)],
    ['copy forward overlap', copy(1, 0, 2)],
    ['copy backward overlap', copy(0, 1, 2)],
    ['copy adjacent', copy(0, 2, 2)],
    ['copy apart', copy(0, 3, 1)],
    ['copy empty', copy(0, 0, 0)],
    ['copy out of bounds', copy(0, 0, 5)],
  ] as const)('tells %s from other copies', (name, program) => {
    const others = [...reached(program)].filter((feature) => COPY_RELATIONS.some((relation) => feature === `array.copy: copy ${relation}`));
    expect(others).toEqual([`array.copy: ${name}`]);
  });

  it('tells apart runs that differ in the direction of an overlap only', () => {
    const once = reached(copy(1, 0, 2));
    expect(once.size).toBeGreaterThan(10);
    expect(reached(copy(1, 0, 2))).toEqual(once);
    expect(reached(copy(0, 1, 2))).not.toEqual(once);
  });

  it('tells what is copied, and who owns it', () => {
    expect(reached(copy(0, 0, 4))).toContain('array.copy: copy identical: owned by several slots');
    expect(reached(copy(0, 0, 4, '(ref.i31 (i32.const 1))'))).toContain('array.copy: copy identical: i31');
    expect(reached(copy(0, 0, 4, '(ref.null any)'))).toContain('array.copy: copy identical: null');
  });

  it.each([
    ['one local', 'local.get $a', 'local.get $a'],
    ['two locals', 'local.get $a', 'local.tee $b (local.get $a)'],
    ['local and global', 'global.get $g', 'local.get $a'],
    ['one global', 'global.get $g', 'global.get $g'],
    ['two globals', 'global.get $g', 'global.get $h'],
    ['a field', 'local.get $a', 'struct.get $box 0 (local.get $box)'],
    ['an element', 'array.get $list (local.get $outer) (i32.const 0)', 'local.get $a'],
    ['a cast', 'local.get $a', 'block (result (ref $list)) (call $gc) (ref.cast (ref $list) (local.get $any))'],
    ['a call', 'call $same (local.get $a)', 'local.get $a'],
  ] as const)('tells copies of an array onto itself through %s from others', (way, target, source) => {
    const features = reached(runOf(`(module (type $list (array (mut (ref null $list)))) (type $box (struct (field (ref null $list))))
      (import "env" "gc" (func $gc))
      (global $g (mut (ref null $list)) (ref.null $list)) (global $h (mut (ref null $list)) (ref.null $list))
      (func $same (param (ref null $list)) (result (ref null $list)) (local.get 0))
      (func (export "run") (local $a (ref null $list)) (local $b (ref null $list)) (local $outer (ref null $list)) (local $box (ref null $box)) (local $any anyref)
        (local.set $a (array.new_default $list (i32.const 4)))
        (local.set $any (local.get $a)) (local.set $box (struct.new $box (local.get $a)))
        (local.set $outer (array.new $list (local.get $a) (i32.const 1)))
        (global.set $g (local.get $a)) (global.set $h (local.get $a))
        (array.copy $list $list (${target}) (i32.const 0) (${source}) (i32.const 1) (i32.const 2))))`));
    expect([...features].filter((feature) => feature.includes('self-copy through'))).toEqual([`array.copy: self-copy through ${way}`]);
    expect(features.has('array.copy: self-copy around a collection')).toBe(way === 'a cast');
  });

  it('tells what reads find and what writes replace', () => {
    const program = runOf(`(module (type $box (struct (field (mut anyref))))
      (global $g (mut (ref null $box)) (struct.new $box (ref.i31 (i32.const 1))))
      (func (export "run")
        (drop (struct.get $box 0 (global.get $g)))
        (struct.set $box 0 (global.get $g) (ref.null any))
        (drop (struct.get $box 0 (global.get $g)))
        (global.set $g (global.get $g))
        (global.set $g (struct.new_default $box))))`);
    const features = reached({ ...program, schedule: { ...NO_COLLECTIONS, zeal: 1 }, collector: { ...program.collector, drops: 'immediate' } });
    for (const name of [
      'struct.get: read i31',
      'struct.get: read null',
      'struct.set: write null over i31',
      'global.set: write object over the same',
      'global.set: write object over dying object',
      'global.get: collection by zeal',
      'global.get: read lists',
      'global.set: struct dies',
    ]) expect(features).toContain(name);
  });

  it('counts what happens late in a long step for no instruction, and sees the next step', () => {
    const text = `(module (type $box (struct)) (global $g (mut (ref null $box)) (ref.null $box))
      (func (export "run") (local $i i32)
        (loop (global.set $g (struct.new $box)) (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if 0 (i32.lt_u (local.get $i) (i32.const 1000))))
        (drop (ref.test (ref i31) (global.get $g)))))`;
    expect(reached(runOf(text))).toContain('later: allocation from bump region');
    expect(reached(runOf(text))).not.toContain('ref.test: executed');
    expect(reached(runOf(text.replace('const 1000', 'const 10')))).toContain('ref.test: executed');
  });

  it('changes nothing about a run', () => {
    const other = drcEngine({ audit: 'off', integrity: false });
    for (const { generate } of GENERATORS) {
      for (let seed = 0; seed < 30; seed++) {
        const program = generate(seed);
        const { outcomes, heap, effort } = other.run(program);
        expect(engine.run(program), `seed ${seed}`).toMatchObject({ outcomes, heap, effort });
      }
    }
  });
});

describe('counts', () => {
  it('are put into ranges', () => {
    const map = new CoverageMap();
    const ranges = Array.from({ length: 200 }, () => {
      map.hit(0, 0);
      return map.features()[0];
    });
    expect([0, 1, 2, 3].map((range) => ranges.indexOf(range) + 1)).toEqual([1, 2, 4, 16]);
    map.reset();
    expect(map.features()).toEqual(new Int32Array(0));
  });
});
