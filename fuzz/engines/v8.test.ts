/** V8 behind the same interface must be observed as our runtime is, host functions and host steps included. */
import { describe, expect, it } from 'vitest';
import { INSTANTIATE, call, programOf } from '#test/support/program.ts';
import type { Program, Step } from '#fuzz/program/program.ts';
import { parse } from '#wasm/text/parse.ts';
import { nullEngine } from './interpreter.ts';
import type { Observation } from './observation.ts';
import { prepare } from './prepare.ts';
import { v8Engine } from './v8.ts';
import { modulesForV8 } from './v8-modules.ts';

const ours = nullEngine({ audit: 'off', integrity: false });
const v8 = v8Engine();

/** What can be compared of an observation. */
function visible({ outcomes, hostTrace }: Observation): object {
  const withoutNodes = outcomes.map((outcome) =>
    outcome.kind === 'returned' ? { ...outcome, values: outcome.values.map((value) => (value.kind === 'object' ? { kind: 'object' } : value)) } : outcome,
  );
  return { outcomes: withoutNodes, hostTrace: hostTrace.map(({ name, args }) => ({ name, args: args.map((value) => (value.kind === 'object' ? { kind: 'object' } : value)) })) };
}

/** @returns what both let us see */
function observedAlike(program: Program): Observation {
  const observation = v8.run(program);
  expect(visible(observation)).toEqual(visible(ours.run(program)));
  return observation;
}
function outcomesOf(text: string, ...steps: readonly Step[]): readonly unknown[] {
  return observedAlike(programOf([text], [INSTANTIATE, ...steps])).outcomes.slice(1);
}

const ENV = `
  (import "env" "gc" (func $gc)) (import "env" "id" (func $id (param anyref) (result anyref)))
  (import "env" "idf" (func $idf (param funcref) (result funcref))) (import "env" "mk" (func $mk (param i32) (result externref)))
  (import "env" "val" (func $val (param externref) (result i32))) (import "env" "two" (func $two (result externref externref)))
  (import "env" "bad" (func $bad (result externref (ref eq)))) (import "env" "cb" (func $cb)) (import "env" "cb_gc" (func $cb_gc))
  (import "env" "cb_twice" (func $cb_twice)) (import "env" "cb_trap" (func $cb_trap))`;
/** Calls a function under a handler for everything. */
const CAUGHT = (callee: string): string => `(block $all (try_table (catch_all $all) (call ${callee})) (return (i32.const 0))) (i32.const 1)`;

describe('modules on V8', () => {
  it('are compiled once for Programs that share them, which share nothing else', () => {
    const program = programOf(['(module (global $n (mut i32) (i32.const 0)) (func (export "next") (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))'], [INSTANTIATE, call('next')]);
    const other = { ...program, steps: [INSTANTIATE, call('next'), call('next')] };
    const prepared = prepare(program);
    expect(modulesForV8(other, prepared)[0]!.compiled()).toBe(modulesForV8(program, prepared)[0]!.compiled());
    observedAlike(program);
    expect(observedAlike(other).outcomes.slice(1)).toMatchObject([{ values: [{ value: 1 }] }, { values: [{ value: 2 }] }]);
  });
});

describe('a Program that runs for ever', () => {
  it('is over when its time is, and V8 runs others afterwards', () => {
    const text = '(module (func (export "spin") (result i32) (loop (br 0)) (unreachable)) (func (export "f") (result i32) (i32.const 7)))';
    const hasty = (name: string): Program => {
      const program = programOf([text], [INSTANTIATE, call(name)]);
      return { ...program, limits: { ...program.limits, milliseconds: 50 } };
    };
    expect(v8.run(hasty('spin')).outcomes).toEqual([{ kind: 'exhausted', resource: 'fuel' }]);
    expect(v8.run(hasty('f'))).toEqual(v8.run(programOf([text], [INSTANTIATE, call('f')])));
    expect(Error.stackTraceLimit).toBeGreaterThan(0);
  });
});

describe('host functions on V8', () => {
  it('pass values of all kinds', () => {
    const outcomes = outcomesOf(
      `(module ${ENV} (type $s (struct))
        (func (export "id") (result anyref anyref anyref) (call $gc)
          (call $id (ref.i31 (i32.const -7))) (call $id (struct.new $s)) (call $id (any.convert_extern (call $mk (i32.const 3)))))
        (func $f (export "idf") (result funcref funcref) (call $idf (ref.func $f)) (call $idf (ref.null func)))
        (func (export "val") (param externref) (result i32 i32 i32)
          (call $val (local.get 0)) (call $val (extern.convert_any (ref.i31 (i32.const 4)))) (call $val (ref.null extern)))
        (func (export "two") (result externref externref) (call $two)))`,
      call('id'),
      call('idf'),
      call('val', { kind: 'host', number: 9 }),
      call('two'),
    );
    expect(outcomes[0]).toMatchObject({ values: [{ kind: 'i31', value: -7 }, { kind: 'object' }, { kind: 'host', number: 3 }] });
    expect(outcomes[2]).toMatchObject({ values: [{ value: 9 }, { value: -1 }, { value: -1 }] });
  });

  it('trap where no handler catches it', () => {
    const hostError = { kind: 'trapped', trap: 'hostError' };
    const text = `(module ${ENV} (func $bad2 (call $bad) drop drop) (func (export "f") (result i32) ${CAUGHT('$bad2')}) (func (export "g") (result i32) ${CAUGHT('$cb')}))`;
    expect(outcomesOf(text, call('f'), call('g'))).toEqual([hostError, hostError]);
  });

  it.each([
    ['returns', 10, '(global.set $n (i32.add (global.get $n) (i32.const 1)))'],
    ['throws', 10, '(global.set $n (i32.add (global.get $n) (i32.const 1))) (throw $t)'],
    ['traps', 8, '(global.set $n (i32.add (global.get $n) (i32.const 1))) (unreachable)'],
  ])('call back what %s', (_, calls, body) => {
    const exports = ['cb', 'cb_gc', 'cb_twice', 'cb_trap'].map((name) => `(func (export "run ${name}") (call $${name})) (func (export "caught ${name}") (result i32) ${CAUGHT(`$${name}`)})`);
    const text = `(module ${ENV} (tag $t) (global $n (mut i32) (i32.const 0)) (func (export "cb") ${body}) (func (export "churn") (drop (call $two) (drop)))
      (func (export "n") (result i32) (global.get $n)) ${exports.join(' ')})`;
    const outcomes = outcomesOf(text, ...['cb', 'cb_gc', 'cb_twice', 'cb_trap'].flatMap((name) => [call(`run ${name}`), call(`caught ${name}`), call('n')]));
    // Twice in a row each, and `cb_twice` calls twice.
    expect(outcomes.at(-1)).toEqual({ kind: 'returned', values: [{ kind: 'i32', value: calls }] });
  });

  it('have one type each, which the linker checks', () => {
    const link = (import_: string): unknown => observedAlike(programOf([`(module (import ${import_}))`], [INSTANTIATE])).outcomes[0];
    expect(link('"env" "gc" (func)')).toEqual({ kind: 'instantiated' });
    expect(link('"env" "gc" (func (param i32))')).toEqual({ kind: 'linkError' });
    expect(link('"env" "none" (func)')).toEqual({ kind: 'linkError' });
    expect(link('"nobody" "gc" (func)')).toEqual({ kind: 'linkError' });
  });
});

describe('traps on V8', () => {
  it('are those of an empty entry of a table, whose wording depends on whether the type is open', () => {
    const text = `(module (type $open (sub (func))) (type $final (func)) (table 1 funcref)
      (func (export "open") (call_indirect (type $open) (i32.const 0)))
      (func (export "final") (call_indirect (type $final) (i32.const 0))))`;
    const program = programOf([text], [INSTANTIATE, call('open'), call('final')]);
    const expected = { kind: 'trapped', trap: 'uninitializedElement' };
    expect(ours.run(program).outcomes.slice(1)).toEqual([expected, expected]);
    const outcomes = v8.run(program).outcomes.slice(1);
    expect(outcomes).toMatchObject([{ trap: 'uninitializedElement' }, { or: ['uninitializedElement'] }]);
  });
});

describe('host steps on V8', () => {
  const TEXT = `(module (type $s (struct (field i32))) (type $o (struct)) (global (export "g") (mut anyref) (ref.null any)) (global (export "c") i32 (i32.const 1))
    (table (export "t") 1 3 externref) (memory 1) (elem declare func 0)
    (func (export "make") (result (ref $s)) (struct.new $s (i32.const 5)))
    (func (export "get") (param (ref $s)) (result i32) (struct.get $s 0 (local.get 0)))
    (func (export "other") (param (ref null $o)))
    (func (export "global") (result i32) (struct.get $s 0 (ref.cast (ref $s) (global.get 0))))
    (func (export "entry") (param i32) (result externref) (table.get 0 (local.get 0)))
    (func (export "float") (param f32) (result f32) (local.get 0))
    (func (export "pages") (param i32) (result i32) (memory.grow (local.get 0))))`;

  it('forget an instance, but not what others have of it', () => {
    const lib = '(module (global (export "g") (mut i31ref) (ref.i31 (i32.const 4))) (func (export "f") (result i32) (i31.get_s (global.get 0))))';
    const user = '(module (import "a" "f" (func $f (result i32))) (func (export "twice") (result i32) (i32.add (call $f) (call $f))))';
    const twice: Step = { kind: 'call', module: 1, export: 'twice', args: [] };
    const steps: Step[] = [INSTANTIATE, { kind: 'instantiate', module: 1 }, { kind: 'drop', module: 0 }, call('f'), { kind: 'collect' }, twice, { kind: 'drop', module: 0 }];
    const program = programOf([lib, user], [...steps, { kind: 'instantiate', module: 1 }]);
    const named = { ...program, modules: program.modules.map(({ module }, i) => ({ name: 'ab'[i]!, module })) };
    expect(observedAlike(named).outcomes.slice(2)).toEqual([
      { kind: 'returned', values: [] },
      { kind: 'skipped' },
      { kind: 'returned', values: [] },
      { kind: 'returned', values: [{ kind: 'i32', value: 8 }] },
      { kind: 'skipped' },
      { kind: 'linkError' },
    ]);
  });

  it('keep, pass and release roots', () => {
    const kept = { kind: 'kept', slot: 0 } as const;
    const outcomes = outcomesOf(
      TEXT,
      { ...call('make'), keep: 0 } as Step,
      call('get', kept),
      call('other', kept),
      { kind: 'setGlobal', module: 0, export: 'g', value: kept },
      { kind: 'release', slot: 0 },
      call('get', kept),
      call('global'),
    );
    expect(outcomes.map((outcome) => (outcome as { kind: string }).kind)).toEqual(['returned', 'returned', 'skipped', 'returned', 'returned', 'skipped', 'returned']);
  });

  it('skip what has nothing to act on or does not fit', () => {
    const skipped = outcomesOf(
      TEXT,
      call('nothing'),
      call('get'),
      call('get', { kind: 'null' }),
      call('get', { kind: 'host', number: 1 }),
      call('entry', { kind: 'i31', value: 0 }),
      { kind: 'setGlobal', module: 0, export: 'c', value: { kind: 'i32', value: 2 } },
      { kind: 'setTable', module: 0, export: 't', index: 1, value: { kind: 'null' } },
      { kind: 'setTable', module: 0, export: 't', index: 0, value: { kind: 'i32', value: 0 } },
    );
    expect(skipped).toEqual(Array.from(skipped, () => ({ kind: 'skipped' })));
  });

  it('change tables, and grow them and memories to the same limits', () => {
    const grow = (by: number): Step => ({ kind: 'growTable', module: 0, export: 't', by, value: { kind: 'host', number: 2 } });
    const outcomes = outcomesOf(
      TEXT,
      { kind: 'setTable', module: 0, export: 't', index: 0, value: { kind: 'host', number: 1 } },
      grow(1),
      grow(2),
      call('entry', { kind: 'i32', value: 0 }),
      call('entry', { kind: 'i32', value: 1 }),
      call('pages', { kind: 'i32', value: 255 }),
      call('pages', { kind: 'i32', value: 1 }),
    );
    expect(outcomes.slice(1, 3)).toEqual([1, -1].map((value) => ({ kind: 'returned', values: [{ kind: 'i32', value }] })));
    expect(outcomes.at(-1)).toEqual({ kind: 'returned', values: [{ kind: 'i32', value: -1 }] });
  });

  it('link modules by name', () => {
    const a = parse('(module (type $s (struct (field i32))) (global (export "g") (ref $s) (struct.new $s (i32.const 8))) (tag (export "t")) (func (export "f") (throw 0)))');
    const b = parse(`(module (type $s (struct (field i32))) (import "a" "g" (global $g (ref $s))) (import "a" "t" (tag $t)) (import "a" "f" (func $f))
      (func (export "run") (result i32) (block $h (try_table (catch $t $h) (call $f))) (struct.get $s 0 (global.get $g))))`);
    const steps: readonly Step[] = [INSTANTIATE, { kind: 'instantiate', module: 1 }, { kind: 'call', module: 1, export: 'run', args: [] }];
    const program = { ...programOf([], steps), modules: [{ name: 'a', module: a }, { name: 'b', module: b }] };
    expect(observedAlike(program).outcomes.at(-1)).toEqual({ kind: 'returned', values: [{ kind: 'i32', value: 8 }] });
  });
});

describe('what V8 cannot do', () => {
  const endOf = (text: string, ...steps: readonly Step[]): unknown => v8.run(programOf([text], [INSTANTIATE, ...steps])).outcomes.at(-1);

  it('is told by reason and ends the run', () => {
    const text = `(module ${ENV} (func (export "f") (result exnref) (ref.null exn)) (func (export "v") (param v128)) (func (export "cb") (result exnref) (ref.null exn))
      (func (export "n") (param f32) (result i32) (i32.reinterpret_f32 (local.get 0))) (func (export "g") (result i32) ${CAUGHT('$cb_trap')}))`;
    expect(endOf(text, call('f'), call('g'))).toEqual({ kind: 'unsupported', reason: 'exnref cannot cross to JavaScript' });
    expect(endOf(text, call('g'))).toEqual({ kind: 'unsupported', reason: 'exnref cannot cross to JavaScript' });
    expect(endOf(text, call('v', { kind: 'null' }))).toEqual({ kind: 'unsupported', reason: 'v128 cannot cross to JavaScript' });
    expect(endOf(text, call('n', { kind: 'f32', bits: 0x7fa0_0000 }))).toEqual({ kind: 'unsupported', reason: 'NaN bits cannot cross to JavaScript' });
    expect(endOf(text, call('n', { kind: 'f32', bits: 0x7fc0_0000 }))).toMatchObject({ kind: 'returned' });
  });

  it('is no finding when V8 has a limit where we have none', () => {
    const many = (what: string, count: number): string => what.repeat(count);
    const large = [
      `(func ${many('(param i32)', 1001)})`,
      `(table 10000001 funcref)`,
      `(type $a (array i32)) (global (ref $a) ${many('i32.const 0 ', 10_001)} array.new_fixed $a 10001)`,
      `(func (block (br_table ${many('0 ', 70_000)} (i32.const 0))))`,
    ];
    for (const fields of large) {
      expect(v8.run(programOf([`(module ${fields})`], [INSTANTIATE])).outcomes).toEqual([{ kind: 'unsupported', reason: 'a limit on modules' }]);
    }
    expect(endOf('(module (func (result i32) (i64.const 0)))')).toEqual({ kind: 'invalid' });
  });

  it.each([
    ['array.new_elem', '(type $a (array (mut i31ref))) (elem i31ref)', 'outOfBoundsTableAccess'],
    ['array.new_data', '(type $a (array i8)) (data "x")', 'outOfBoundsMemoryAccess'],
  ])('is to look at the segment of %s before the length', (make, fields, trap) => {
    const program = programOf([`(module ${fields} (func (export "f") (drop (${make} $a 0 (i32.const 0) (i32.const -1)))))`], [INSTANTIATE, call('f')]);
    expect(ours.run(program).outcomes[1]).toEqual({ kind: 'trapped', trap });
    expect(v8.run(program).outcomes[1]).toMatchObject({ trap: 'allocationSizeTooLarge', or: expect.arrayContaining([trap]) });
  });

  it('is to recurse without end', () => {
    const text = `(module (func $f (export "f") (result i32) ${CAUGHT('$f')}))`.replace('(call $f)', '(drop (call $f))');
    expect(endOf(text, call('f'))).toEqual({ kind: 'exhausted', resource: 'callStack' });
  });
});
