import { describe, expect, it } from 'vitest';
import type { Program } from '#fuzz/program/program.ts';
import { INSTANTIATE, call, programOf, runOf } from '#test/support/program.ts';
import { drcEngine, nullEngine } from './interpreter.ts';
import type { Observation, ObservedOutcome, ObservedValue } from './observation.ts';

const ENGINES = [drcEngine({ audit: 'safePoints', integrity: true }), nullEngine()];
const i32 = (value: number): ObservedValue => ({ kind: 'i32', value });
const returned = (...values: ObservedValue[]): ObservedOutcome => ({ kind: 'returned', values });

const THROWS = `
  (import "env" "cb_gc" (func $cb_gc)) (import "env" "cb_twice" (func $cb_twice)) (import "env" "cb_trap" (func $cb_trap))
  (import "env" "cb" (func $cb))
  (type $n (struct (field i32)))
  (tag $t (param (ref $n)))
  (global $churned (mut i32) (i32.const 0))
  (global $called (mut i32) (i32.const 0))
  (func (export "churn") (global.set $churned (i32.add (global.get $churned) (i32.const 1))))
  (func $caught (result i32)
    (struct.get $n 0 (block $h (result (ref $n)) (try_table (catch $t $h) (call $run)) (unreachable))))`;

function runAll(program: Program): Observation[] {
  return ENGINES.map((engine) => engine.run(program));
}
/** What both engines see as the last outcome. */
function lastOf(program: Program): ObservedOutcome | undefined {
  const [drc, none] = runAll(program);
  expect(drc?.outcomes).toEqual(none?.outcomes);
  expect(drc?.hostTrace).toEqual(none?.hostTrace);
  return drc?.outcomes.at(-1);
}

describe('the host module env', () => {
  it('passes references through unchanged', () => {
    const text = `(module
      (import "env" "id" (func $id (param anyref) (result anyref)))
      (import "env" "idf" (func $idf (param funcref) (result funcref)))
      (type $s (struct))
      (func $f) (elem declare func $f)
      (func (export "run") (result i32 i32 i32)
        (local $s (ref $s))
        (local.set $s (struct.new $s))
        (ref.eq (local.get $s) (ref.cast eqref (call $id (local.get $s))))
        (i31.get_s (ref.cast i31ref (call $id (ref.i31 (i32.const -3)))))
        (ref.is_null (call $idf (ref.func $f)))))`;
    expect(lastOf(runOf(text))).toEqual(returned(i32(1), i32(-3), i32(0)));
    expect(runAll(runOf(text))[0]?.hostTrace).toEqual([
      { name: 'id', args: [{ kind: 'object', node: undefined }] },
      { name: 'id', args: [{ kind: 'i31', value: -3 }] },
      { name: 'idf', args: [{ kind: 'func' }] },
    ]);
  });

  it('makes host objects and tells their numbers', () => {
    const text = `(module
      (import "env" "mk" (func $mk (param i32) (result externref)))
      (import "env" "val" (func $val (param externref) (result i32)))
      (import "env" "two" (func $two (result externref externref)))
      (import "env" "gc" (func $gc))
      (func (export "run") (result i32 i32 externref externref)
        (call $val (call $mk (i32.const 7)))
        (call $val (ref.null extern))
        (call $two)
        (call $gc)))`;
    expect(lastOf(runOf(text))).toEqual(returned(i32(7), i32(-1), { kind: 'host', number: 1 }, { kind: 'host', number: 2 }));
  });

  it('passes the same host object for the same number', () => {
    const text = `(module (func (export "same") (param externref externref) (result i32)
      (ref.eq (ref.cast eqref (any.convert_extern (local.get 0))) (ref.cast eqref (any.convert_extern (local.get 1))))))`;
    const give = (a: number, b: number) => programOf([text], [INSTANTIATE, call('same', { kind: 'host', number: a }, { kind: 'host', number: b })]);
    // A host object is no eqref: the cast fails, which is all that Wasm can find out about it.
    expect(lastOf(give(1, 1))).toEqual({ kind: 'trapped', trap: 'castFailure' });
    const keep = `(module (global (export "a") (mut externref) (ref.null extern)) (global (export "b") (mut externref) (ref.null extern))
      (func (export "run") (param externref externref) (global.set 0 (local.get 0)) (global.set 1 (local.get 1))))`;
    const graph = (a: number, b: number) =>
      ENGINES[0]!.run(programOf([keep], [INSTANTIATE, call('run', { kind: 'host', number: a }, { kind: 'host', number: b })])).heap?.objects;
    expect([graph(5, 5), graph(5, 6)]).toEqual([1, 2]);
  });

  it('traps when the host breaks its word', () => {
    const text = `(module
      (import "env" "bad" (func $bad (result externref (ref eq))))
      (func (export "run") (call $bad) (drop) (drop)))`;
    expect(lastOf(runOf(text))).toEqual({ kind: 'trapped', trap: 'hostError' });
  });

  it('calls back, and cannot before the instance is there', () => {
    const text = (start: string) => `(module (import "env" "cb" (func $cb)) (global $g (mut i32) (i32.const 0)) ${start}
      (func (export "cb") (global.set $g (i32.const 9)))
      (func $run (export "run") (result i32) (call $cb) (global.get $g)) (func $s (call $cb)))`;
    expect(lastOf(runOf(text('')))).toEqual(returned(i32(9)));
    expect(runAll(runOf(text('(start $s)')))[0]?.outcomes).toEqual([{ kind: 'trapped', trap: 'hostError' }, { kind: 'skipped' }]);
  });

  it('collects and churns while an exception passes through', () => {
    const text = `(module ${THROWS}
      (func (export "cb") (throw $t (struct.new $n (i32.const 42))))
      (func $run (call $cb_gc))
      (func (export "run") (result i32 i32) (call $caught) (global.get $churned)))`;
    expect(lastOf(runOf(text))).toEqual(returned(i32(42), i32(1)));
  });

  it('rethrows the second of two exceptions', () => {
    const text = `(module ${THROWS}
      (func (export "cb")
        (global.set $called (i32.add (global.get $called) (i32.const 1)))
        (throw $t (struct.new $n (global.get $called))))
      (func $run (call $cb_twice))
      (func (export "run") (result i32) (call $caught)))`;
    expect(lastOf(runOf(text))).toEqual(returned(i32(2)));
  });

  it('swallows traps but not exceptions', () => {
    const text = (body: string) => `(module ${THROWS} (func (export "cb") ${body}) (func $run (call $cb_trap)) (func (export "run") (call $run)))`;
    expect(lastOf(runOf(text('(unreachable)')))).toEqual(returned());
    expect(lastOf(runOf(text('(throw $t (struct.new $n (i32.const 1)))')))).toEqual({ kind: 'threw' });
  });

  it('offers one type of each function', () => {
    expect(lastOf(runOf('(module (import "env" "gc" (func (param i32))))'))).toEqual({ kind: 'skipped' });
    expect(runAll(runOf('(module (import "env" "gc" (func (param i32))))'))[0]?.outcomes[0]).toEqual({ kind: 'linkError' });
    expect(runAll(runOf('(module (import "env" "nothing" (func)))'))[0]?.outcomes[0]).toEqual({ kind: 'linkError' });
  });
});
