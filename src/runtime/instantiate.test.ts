/** What becomes of instances that fail. */
import { describe, expect, it } from 'vitest';
import { Run, SUSPICIOUS, describe as describeOutcome } from '#test/support/run.ts';
import { checkLeaks } from './audit/leak-check.ts';
import { COLLECTORS } from './parts.ts';

const TOO_LARGE = '(array.new_default $large (i32.const 0x7fffffff))';
/** Fails when a global, a table and a segment hold objects already. */
const FAILS = `(module
  (type $box (struct (field i32)))
  (type $large (array i64))
  (type $row (array anyref))
  (table 3 anyref (struct.new $box (i32.const 1)))
  (elem anyref (item (struct.new $box (i32.const 2))) (item ${TOO_LARGE}))
  (global (mut anyref) (array.new_fixed $row 1 (struct.new $box (i32.const 3)))))`;

describe.each(COLLECTORS)('an instance that fails (%s)', (collector) => {
  it('leaves nothing behind when nobody else knows it', () => {
    const run = new Run(collector, SUSPICIOUS);
    expect(describeOutcome(run.instantiate(FAILS))).toBe('trap allocationSizeTooLarge');
    const { store } = run;
    expect([store.globals, store.tables, store.elements]).toEqual([[], [], []]);
    const { leaks, auditFailure, cycles } = checkLeaks(store.heap, store, () => store.collect());
    expect({ leaks, auditFailure, objects: cycles.objects }).toEqual({ leaks: [], auditFailure: undefined, objects: 0 });
  });

  it('leaves its globals to the next instance, cleared', () => {
    const run = new Run(collector, SUSPICIOUS);
    run.instantiate('(module (type $large (array i64)) (global i64 (i64.const -1)) (global (ref $large) (array.new_default $large (i32.const 0x7fffffff))))');
    const { store } = run;
    run.load('(module (global anyref (ref.null any)) (global i64 (i64.const 0)))');
    expect(store.globals.map(({ cells }) => [...cells])).toEqual([[0, 0, 0, 0], [0, 0, 0, 0]]);
  });

  it('stays when its functions are in a table of another one', () => {
    const run = new Run(collector, SUSPICIOUS);
    const owner = run.load('(module (table (export "t") 2 funcref) (func (export "run") (result i32) (call_indirect (result i32) (i32.const 0))))');
    run.offer('owner', owner.exports);
    const result = run.instantiate(`(module
      (import "owner" "t" (table $t 2 funcref))
      (type $box (struct (field i32)))
      (global $g (ref $box) (struct.new $box (i32.const 7)))
      (elem (table $t) (i32.const 0) func $seven)
      (elem (table $t) (i32.const 2) func $seven)
      (func $seven (result i32) (struct.get $box 0 (global.get $g))))`);
    expect(describeOutcome(result)).toBe('trap outOfBoundsTableAccess');
    expect(describeOutcome(run.call(owner, 'run'))).toBe('7');
  });
});
