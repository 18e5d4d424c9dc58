import { describe, expect, it } from 'vitest';
import { checkLeaks } from '#runtime/audit/leak-check.ts';
import { COLLECTORS } from '#runtime/parts.ts';
import { Run, SUSPICIOUS, int } from '#test/support/run.ts';

/** `cb` throws a box at odd calls and deals with an exception of its own at even ones; `run` unpacks the box. */
const moduleCalling = (host: string, cbEven: string): string => `(module
  (import "env" "${host}" (func $host))
  (type $box (struct (field i32)))
  (tag $e (param (ref $box))) (tag $own)
  (global $calls (mut i32) (i32.const 0))
  (func $busy (block $h (try_table (catch $own $h) (throw $own))) (drop (struct.new $box (i32.const 1))))
  (func (export "churn") (call $busy))
  (func (export "cb")
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (if (i32.and (global.get $calls) (i32.const 1))
      (then (throw $e (struct.new $box (i32.add (i32.const 40) (global.get $calls)))))
      (else ${cbEven})))
  (func (export "run") (result i32)
    (struct.get $box 0 (block $h (result (ref $box)) (try_table (catch $e $h) (call $host)) (unreachable)))))`;

describe.each(COLLECTORS)('an exception on its way through the host (%s)', (collector) => {
  it.each(['cb_gc', 'cb_twice'])('survives the exceptions of a later call that catches them: %s', (host) => {
    const run = new Run(collector, SUSPICIOUS);
    const instance = run.load(moduleCalling(host, '(call $busy)'));
    expect(run.call(instance, 'run')).toEqual({ kind: 'returned', values: [int(41)] });
    const report = checkLeaks(run.store.heap, run.store, () => run.store.collect());
    expect(report).toMatchObject({ leaks: [], forgottenRoots: [], pendingException: 0, auditFailure: undefined });
  });

  it('is replaced by the exception of a later call', () => {
    const run = new Run(collector, SUSPICIOUS);
    const again = '(throw $e (struct.new $box (i32.const 7)))';
    expect(run.call(run.load(moduleCalling('cb_twice', again)), 'run')).toEqual({ kind: 'returned', values: [int(7)] });
  });

  it('is forgotten when a later call traps', () => {
    const run = new Run(collector, SUSPICIOUS);
    const outcome = run.call(run.load(moduleCalling('cb_twice', '(unreachable)')), 'run');
    expect(outcome).toMatchObject({ kind: 'trapped', trap: 'unreachable' });
    expect(run.store.pendingException[0]).toBe(0);
  });
});
