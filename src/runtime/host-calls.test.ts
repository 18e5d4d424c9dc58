/** Calls across the host: re-entry, roots, wrong values, exceptions and limits. */
import { describe, expect, it } from 'vitest';
import { ValType, HeapType, refType } from '#wasm/syntax/types.ts';
import type { FuncType } from '#wasm/syntax/types.ts';
import { checkLeaks } from './audit/leak-check.ts';
import type { HostCall } from './function.ts';
import { HostValueError } from './host-boundary.ts';
import type { HostRoot } from './host-roots.ts';
import { RootError } from './host-roots.ts';
import type { Extern, Instance } from './instance.ts';
import { call } from './invoke.ts';
import { Trap, UncaughtException } from './outcome.ts';
import { COLLECTORS } from './parts.ts';
import type { CollectorName } from './parts.ts';
import type { Value } from './value.ts';
import { Run, SUSPICIOUS, int } from '#test/support/run.ts';
import type { OptionChanges } from '#test/support/run.ts';

const { i32, anyref, externref } = ValType;
const type = (params: readonly ValType[], results: readonly ValType[]): FuncType => ({ kind: 'func', params, results });

type HostTable = Readonly<Record<string, readonly [FuncType, (run: Run, instance: () => Instance) => HostCall]>>;
interface Loaded {
  readonly run: Run;
  readonly instance: Instance;
}

/** Loads a module with host functions of its own, in module `host`. */
function load(collector: CollectorName, text: string, host: HostTable, options: OptionChanges = SUSPICIOUS): Loaded {
  const run = new Run(collector, options);
  const loaded: { instance?: Instance } = {};
  const exports = new Map<string, Extern>();
  for (const [name, [signature, make]] of Object.entries(host)) {
    exports.set(name, run.store.newHostFunction(signature, make(run, () => loaded.instance!)));
  }
  run.offer('host', exports);
  loaded.instance = run.load(text);
  return { run, instance: loaded.instance };
}
function exported(run: Run, instance: Instance, name: string, ...args: readonly Value[]): Value[] {
  const fn = instance.exports.get(name);
  if (fn?.kind !== 'func') throw new Error(`there is no function ${name}`);
  return call(run.store, fn, args);
}
function rootOf(value: Value | undefined): HostRoot {
  if (value?.kind !== 'object') throw new Error('an object is expected');
  return value.root;
}
function expectNothingLeft({ store }: Run): void {
  const report = checkLeaks(store.heap, store, () => store.collect());
  expect(report).toMatchObject({ leaks: [], forgottenRoots: [], auditFailure: undefined });
}

describe.each(COLLECTORS)('calls across the host (%s)', (collector) => {
  it('may be a host function called by a host function while Wasm waits', () => {
    // The words where the waiting frame will find its result hold a number, and what the inner call returns lies in
    // no frame at all.
    const { run, instance } = load(
      collector,
      `(module
        (import "host" "outer" (func $outer (param i32 i32) (result anyref)))
        (import "host" "inner" (func $inner (result i32 anyref anyref)))
        (type $n (struct (field i32)))
        (export "inner" (func $inner))
        (func (export "new") (result anyref) (struct.new $n (i32.const 42)))
        (func (export "run") (result i32)
          (drop (struct.new $n (i32.const 1)))
          (struct.get $n 0 (ref.cast (ref $n) (call $outer (i32.const 0x20) (i32.const 0x30))))))`,
      {
        outer: [type([i32, i32], [anyref]), (r, instance) => () => exported(r, instance(), 'inner').slice(2)],
        inner: [
          type([], [i32, anyref, anyref]),
          (r, instance) => () => [int(0), ...exported(r, instance(), 'new'), ...exported(r, instance(), 'new')],
        ],
      },
    );
    expect(run.call(instance, 'run')).toEqual({ kind: 'returned', values: [int(42)] });
    expectNothingLeft(run);
  });

  it('keep what a host function returns to the host, when it collects on the way', () => {
    const { run, instance } = load(
      collector,
      `(module
        (import "host" "make" (func $make (result externref externref)))
        (export "make" (func $make)))`,
      {
        make: [type([], [externref, externref]), ({ store }) => () => [store.boundary.newExternRef(5), store.boundary.newExternRef(6)]],
      },
    );
    const scope = run.store.roots.openScope();
    const values = exported(run, instance, 'make');
    expect(values.map((value) => run.store.boundary.hostValueOf(value))).toEqual([5, 6]);
    run.store.roots.closeScope(scope);
    expectNothingLeft(run);
  });

  it('unroot the arguments when the host function returns', () => {
    let kept: Value | undefined;
    const { run, instance } = load(
      collector,
      `(module
        (import "host" "keep" (func $keep (param anyref)))
        (type $n (struct (field i32)))
        (func (export "run") (call $keep (struct.new $n (i32.const 1)))))`,
      {
        keep: [
          type([anyref], []),
          ({ store }) => ([value]) => {
            kept = value;
            expect(store.roots.refOf(rootOf(value))).toBeGreaterThan(0);
            return [];
          },
        ],
      },
    );
    expect(run.call(instance, 'run').kind).toBe('returned');
    expect(() => run.store.roots.refOf(rootOf(kept))).toThrow(new RootError('object has been unrooted'));
  });

  it('keep owned roots until they are released', () => {
    const kept: HostRoot[] = [];
    const { run, instance } = load(
      collector,
      `(module
        (import "host" "keep" (func $keep (param anyref)))
        (type $n (struct (field i32)))
        (func (export "run") (call $keep (struct.new $n (i32.const 7))))
        (func (export "read") (param anyref) (result i32) (struct.get $n 0 (ref.cast (ref $n) (local.get 0)))))`,
      {
        keep: [
          type([anyref], []),
          ({ store: { roots, heap } }) => ([value]) => {
            const ref = roots.refOf(rootOf(value));
            heap.clone(ref);
            kept.push(roots.own(ref));
            return [];
          },
        ],
      },
    );
    for (let i = 0; i < 20; i++) run.call(instance, 'run');
    run.store.collect();
    for (const root of kept) {
      expect(run.call(instance, 'read', { kind: 'object', root })).toEqual({ kind: 'returned', values: [int(7)] });
      run.store.roots.release(root);
      expect(() => run.call(instance, 'read', { kind: 'object', root })).toThrow('object has been unrooted');
    }
    expectNothingLeft(run);
  });

  it.each([
    ['a wrong type', (): Value[] => [{ kind: 'i64', value: 1n }]],
    ['too many values', (): Value[] => [{ kind: 'null' }, { kind: 'null' }]],
    ['no value', (): Value[] => []],
    ['null where it is forbidden', (): Value[] => [{ kind: 'null' }]],
  ])('trap on %s from a host function, and give back what they took', (_, results) => {
    const { run, instance } = load(
      collector,
      `(module
        (import "host" "bad" (func $bad (param anyref) (result (ref any))))
        (type $n (struct (field i32)))
        (func (export "run") (drop (call $bad (struct.new $n (i32.const 1))))))`,
      { bad: [type([anyref], [refType(HeapType.any, false)]), () => results] },
    );
    expect(run.call(instance, 'run')).toMatchObject({ kind: 'trapped', trap: 'hostError' });
    expectNothingLeft(run);
  });

  it('refuse wrong arguments, which are the mistake of the host', () => {
    const { run, instance } = load(collector, '(module (func (export "f") (param i32)))', {});
    expect(() => run.call(instance, 'f')).toThrow(HostValueError);
    expect(() => run.call(instance, 'f', { kind: 'null' })).toThrow(HostValueError);
    const other = new Run(collector);
    const foreign = other.store.boundary.newExternRef(1);
    const taker = run.load('(module (func (export "f") (param externref)))');
    expect(() => run.call(taker, 'f', foreign)).toThrow(new RootError('object belongs to another store'));
    expectNothingLeft(run);
  });

  it('take whatever else a host function throws for a trap', () => {
    const { run, instance } = load(
      collector,
      '(module (import "host" "fail" (func $fail)) (func (export "run") (call $fail)))',
      {
        fail: [type([], []), () => () => {
          throw new TypeError('out of luck');
        }],
      },
    );
    expect(run.call(instance, 'run')).toEqual({ kind: 'trapped', trap: 'hostError', detail: 'out of luck' });
  });

  it('carry an exception through host frames, and out of them', () => {
    const text = `(module
      (import "host" "again" (func $again))
      (type $n (struct (field i32)))
      (tag $e (param (ref $n)))
      (global $depth (mut i32) (i32.const 5))
      (func $down (export "down")
        (global.set $depth (i32.sub (global.get $depth) (i32.const 1)))
        (if (global.get $depth) (then (call $again)) (else (throw $e (struct.new $n (i32.const 31))))))
      (func (export "out") (global.set $depth (i32.const 5)) (call $down))
      (func (export "caught") (result i32)
        (global.set $depth (i32.const 5))
        (block $h (result (ref $n)) (try_table (catch $e $h) (call $down)) (unreachable))
        (struct.get $n 0)))`;
    const seen: number[] = [];
    const { run, instance } = load(collector, text, {
      again: [type([], []), (r, instance) => () => {
        try {
          exported(r, instance(), 'down');
        } catch (signal) {
          expect(signal).toBeInstanceOf(UncaughtException);
          seen.push(r.store.pendingException[0]!);
          r.store.collect();
          throw signal;
        }
        return [];
      }],
    });
    expect(run.call(instance, 'caught')).toEqual({ kind: 'returned', values: [int(31)] });
    expect(seen).toHaveLength(4);
    expect(new Set(seen).size).toBe(1);
    expect(run.store.pendingException[0]).toBe(0);
    expect(run.call(instance, 'out')).toEqual({ kind: 'threw' });
    expect(run.store.pendingException[0]).not.toBe(0);
    expect([run.store.stack.depth, run.store.stack.sp, run.store.activations]).toEqual([-1, 0, 0]);
  });

  it('go on after the host swallowed a trap or ran out of its own fuel', () => {
    const { run, instance } = load(
      collector,
      `(module
        (import "host" "swallow" (func $swallow (result i32)))
        (type $n (struct (field i32)))
        (func (export "fail") (param i32) (unreachable))
        (func (export "run") (result i32) (local (ref null $n))
          (local.set 0 (struct.new $n (i32.const 6)))
          (i32.add (call $swallow) (struct.get $n 0 (local.get 0)))))`,
      {
        swallow: [type([], [i32]), (r, instance) => () => {
          expect(() => exported(r, instance(), 'fail', int(1))).toThrow(Trap);
          return [int(100)];
        }],
      },
    );
    expect(run.call(instance, 'run')).toEqual({ kind: 'returned', values: [int(106)] });
    expectNothingLeft(run);
  });

  it('do not give back fuel that was used inside', () => {
    const { run, instance } = load(
      collector,
      `(module
        (import "host" "swallow" (func $swallow))
        (func (export "spin") (loop (br 0)))
        (func (export "run") (call $swallow) (loop (br 0))))`,
      {
        swallow: [type([], []), (r, instance) => () => {
          try {
            exported(r, instance(), 'spin');
          } catch {
            // The host ignores that there is no fuel left.
          }
          return [];
        }],
      },
      { limits: { fuel: 1000 } },
    );
    expect(run.call(instance, 'run')).toMatchObject({ kind: 'exhausted', resource: 'fuel' });
    expect(run.store.fuel).toBeLessThanOrEqual(0);
  });

  it('end as exhaustion of the call stack when they nest too deeply, never by the engine of the host', () => {
    const { run, instance } = load(
      collector,
      `(module
        (import "host" "again" (func $again (param anyref) (result anyref)))
        (func (export "f") (param anyref) (result anyref) (call $again (local.get 0))))`,
      { again: [type([anyref], [anyref]), (r, instance) => (args) => exported(r, instance(), 'f', ...args)] },
      { limits: { hostDepth: 300 } },
    );
    expect(run.call(instance, 'f', { kind: 'i31', value: 1 })).toMatchObject({ kind: 'exhausted', resource: 'callStack' });
    expect([run.store.stack.depth, run.store.stack.sp, run.store.activations]).toEqual([-1, 0, 0]);
  });
});

describe.each(COLLECTORS)('tail calls of host functions (%s)', (collector) => {
  const text = `(module
    (import "host" "pair" (func $pair (param anyref) (result i32 anyref)))
    (import "host" "throws" (func $throws (result i32 anyref)))
    (type $pair (func (param anyref) (result i32 anyref)))
    (type $n (struct (field i32)))
    (table funcref (elem $pair))
    (tag $e (export "e"))
    (func $direct (param i64 i64) (result i32 anyref) (return_call $pair (struct.new $n (i32.const 1))))
    (func $indirect (param i64) (result i32 anyref) (return_call_indirect (type $pair) (struct.new $n (i32.const 2)) (i32.const 0)))
    (func $ref (result i32 anyref) (return_call_ref $pair (struct.new $n (i32.const 3)) (ref.func $pair)))
    (func $value (param i32 anyref) (result i32)
      (i32.add (local.get 0) (struct.get $n 0 (ref.cast (ref $n) (local.get 1)))))
    (func (export "direct") (result i32) (call $value (call $direct (i64.const 9) (i64.const 9))))
    (func (export "indirect") (result i32) (call $value (call $indirect (i64.const 9))))
    (func (export "ref") (result i32) (call $value (call $ref)))
    (func $tail (result i32 anyref) (try_table (result i32 anyref) (catch_all 0) (return_call $throws)) (unreachable))
    (func (export "caught") (result i32)
      (block $h (try_table (catch_all $h) (call $value (call $throwing)) (return)) (unreachable))
      (i32.const 77))
    (func $throwing (result i32 anyref)
      (block $inner (try_table (catch_all $inner) (return_call $throws)) (unreachable))
      (i32.const 1) (ref.null any))
    (func (export "throw") (throw $e)))`.replace(/\(func \$tail[^\n]*\n/, '\n');
  const host: HostTable = {
    pair: [type([anyref], [i32, anyref]), () => ([object]) => [int(10), object!]],
    throws: [type([], [i32, anyref]), (r, instance) => () => exported(r, instance(), 'throw')],
  };

  it.each([['direct', 11], ['indirect', 12], ['ref', 13]] as const)('%s', (name, expected) => {
    const { run, instance } = load(collector, text, host);
    expect(run.call(instance, name)).toEqual({ kind: 'returned', values: [int(expected)] });
    expectNothingLeft(run);
  });

  it('leave the handlers of the frame that they end', () => {
    const { run, instance } = load(collector, text, host);
    expect(run.call(instance, 'caught')).toEqual({ kind: 'returned', values: [int(77)] });
    expectNothingLeft(run);
  });
});
