/** Every limit ends as exhaustion of the right resource and leaves a store that can be used. */
import { describe, expect, it } from 'vitest';
import { checkLeaks } from './audit/leak-check.ts';
import { COLLECTORS } from './parts.ts';
import type { Resource } from './outcome.ts';
import type { OptionChanges } from '#test/support/run.ts';
import { Run, SUSPICIOUS, int } from '#test/support/run.ts';

const CHECKED: OptionChanges = { heap: { poison: true, integrity: true }, audit: 'collections' };

const TEXT = `(module
  (type $n (struct (field (ref null $n)) (field i32)))
  (type $f (func (param i32) (result i32)))
  (type $bytes (array (mut i8)))
  (type $list (array (ref $n)))
  (table $t 1 funcref) (elem (table $t) (i32.const 0) func $self)
  (table $grows 0 anyref)
  (memory $m 0)
  (tag $e)
  (global $list (export "list") (mut (ref null $n)) (ref.null $n))
  (func (export "ok") (result i32)
    (struct.get $n 1 (struct.new $n (ref.null $n) (i32.const 5))))
  (func (export "clear") (global.set $list (ref.null $n)))
  (func (export "spin") (loop (br 0)))
  (func $self (export "indirect") (type $f)
    (i32.add (call_indirect $t (type $f) (local.get 0) (i32.const 0)) (i32.const 1)))
  (func $down (export "direct") (param i32) (result i32) (i32.add (call $down (local.get 0)) (i32.const 1)))
  (func $ref (export "reference") (type $f) (i32.add (call_ref $f (local.get 0) (ref.func $ref)) (i32.const 1)))
  (elem declare func $ref)
  (func $caught (export "caught") (param i32) (result i32)
    (block $h (try_table (catch_all $h) (return (i32.add (call $caught (local.get 0)) (i32.const 1)))))
    (i32.const 9))
  (func $wide (export "wide") (param v128) (result i32) (local v128 v128 v128 v128)
    (i32.add (call $wide (local.get 0)) (i32.const 1)))
  (func (export "fill-heap") (loop (global.set $list (struct.new $n (global.get $list) (i32.const 1))) (br 0)))
  (func (export "long-array") (drop (array.new $list (struct.new $n (ref.null $n) (i32.const 1)) (i32.const 5001))))
  (func (export "big-array") (drop (array.new_default $bytes (i32.const 0x3000000))))
  (func (export "grow-table") (result i32) (table.grow $grows (ref.null any) (i32.const 1001)))
  (func (export "grow-memory") (result i32) (memory.grow $m (i32.const 17))))`;

const ZERO = int(0);

describe.each(COLLECTORS)('limits (%s)', (collector) => {
  it.each<[name: string, resource: Resource, limits: OptionChanges, args?: 'none' | 'vector']>([
    ['spin', 'fuel', { limits: { fuel: 5000 } }, 'none'],
    ['long-array', 'fuel', { limits: { fuel: 5000 } }, 'none'],
    ['direct', 'callStack', { limits: { callDepth: 100 } }],
    ['direct', 'callStack', {}],
    ['indirect', 'callStack', {}],
    ['reference', 'callStack', {}],
    ['caught', 'callStack', {}],
    ['wide', 'callStack', { limits: { stackWords: 4096 } }, 'vector'],
    ['fill-heap', 'heap', { heap: { maxBytes: 1 << 18 } }, 'none'],
    ['big-array', 'heap', { heap: { maxBytes: 1 << 18 } }, 'none'],
  ])('%s runs out of %s', (name, resource, { heap, limits }, args) => {
    const run = new Run(collector, { ...CHECKED, heap: { ...CHECKED.heap, ...heap }, ...(limits && { limits }) });
    const instance = run.load(TEXT);
    const values = args === 'none' ? [] : [args === 'vector' ? ({ kind: 'v128', bits: 0n } as const) : ZERO];
    for (let i = 0; i < 3; i++) {
      expect(run.call(instance, name, ...values)).toMatchObject({ kind: 'exhausted', resource });
      expect([run.store.stack.depth, run.store.stack.sp, run.store.activations]).toEqual([-1, 0, 0]);
    }
    run.store.fuel = 1000;
    // The null collector frees nothing: its heap stays full.
    if (resource === 'heap' && collector === 'null') return;
    expect(run.call(instance, 'clear')).toEqual({ kind: 'returned', values: [] });
    run.store.collect();
    expect(run.call(instance, 'ok')).toEqual({ kind: 'returned', values: [int(5)] });
    const report = checkLeaks(run.store.heap, run.store, () => run.store.collect());
    expect(report).toMatchObject({ leaks: [], auditFailure: undefined });
  });

  it('bound what collections and audits look at, whoever asks for them', () => {
    const looks = [{ collection: { zeal: 1 } }, { collection: { allocZeal: 1 } }, { collection: { atEntry: true } }, { audit: 'safePoints' }] as const;
    for (const changes of looks) {
      const run = new Run(collector, { ...CHECKED, limits: { collectionBytes: 3 << 20 }, ...changes });
      const instance = run.load(TEXT);
      const calls = Array.from({ length: 100 }, () => run.call(instance, 'ok'));
      expect(calls.at(-1)).toMatchObject({ kind: 'exhausted', resource: 'collections' });
      expect(calls[0]).toEqual({ kind: 'returned', values: [int(5)] });
      expect([run.store.stack.depth, run.store.stack.sp, run.store.activations]).toEqual([-1, 0, 0]);
      run.store.collectionBytes = 0;
      expect(run.call(instance, 'ok')).toEqual({ kind: 'returned', values: [int(5)] });
      run.store.collectionBytes = 0;
      expect(checkLeaks(run.store.heap, run.store, () => run.store.collect())).toMatchObject({ leaks: [], auditFailure: undefined });
    }
    // Without checks only the stacks are looked at.
    const unchecked = new Run(collector, { limits: { collectionBytes: 3 << 20 }, collection: { zeal: 1 } });
    const instance = unchecked.load(TEXT);
    for (let i = 0; i < 100; i++) expect(unchecked.call(instance, 'ok').kind).toBe('returned');
  });

  it('refuse to grow tables and memories beyond them, and say so to the program', () => {
    const run = new Run(collector, { ...SUSPICIOUS, limits: { tableEntries: 1000, memoryPages: 16 } });
    const instance = run.load(TEXT);
    expect(run.call(instance, 'grow-table')).toEqual({ kind: 'returned', values: [int(-1)] });
    expect(run.call(instance, 'grow-memory')).toEqual({ kind: 'returned', values: [int(-1)] });
    expect(run.call(instance, 'ok')).toEqual({ kind: 'returned', values: [int(5)] });
  });

  it.each<[Resource, string]>([
    ['table', '(table 1001 anyref)'],
    ['memory', '(memory 17)'],
    ['table', '(table 600 anyref) (table 600 anyref)'],
    ['memory', '(memory 9) (memory 9)'],
    ['table', `${'(table 40 funcref)'.repeat(1000)}`],
    ['memory', `${'(memory 1)'.repeat(5000)}`],
    ['fuel', '(func $s (loop (br 0))) (start $s)'],
    ['callStack', '(func $s (call $s)) (start $s)'],
    ['heap', '(type $b (array i8)) (global (ref $b) (array.new_default $b (i32.const 3000000)))'],
  ])('end instantiation as exhaustion: %s', (resource, fields) => {
    const run = new Run(collector, {
      ...SUSPICIOUS,
      heap: { ...SUSPICIOUS.heap, maxBytes: 1 << 20 },
      limits: { tableEntries: 1000, memoryPages: 16, fuel: 3_500_000 },
      collection: {},
    });
    expect(run.instantiate(`(module ${fields})`)).toMatchObject({ kind: 'exhausted', resource });
    expect([run.store.stack.depth, run.store.stack.sp, run.store.activations]).toEqual([-1, 0, 0]);
    run.store.fuel = 1000;
    const ok = run.load('(module (type $n (struct (field i32))) (func (export "ok") (result i32) (struct.get $n 0 (struct.new $n (i32.const 5)))))');
    expect(run.call(ok, 'ok')).toEqual({ kind: 'returned', values: [int(5)] });
  });

  it('leave the other stores alone', () => {
    const small = new Run(collector, { limits: { fuel: 100 } });
    const other = new Run(collector, SUSPICIOUS);
    const [spinning, fine] = [small.load(TEXT), other.load(TEXT)];
    expect(small.call(spinning, 'spin').kind).toBe('exhausted');
    expect(other.call(fine, 'ok')).toEqual({ kind: 'returned', values: [int(5)] });
    expect(other.store.heap.counters.allocations).toBe(1);
    expect(small.store.heap.counters.allocations).toBe(0);
  });
});
