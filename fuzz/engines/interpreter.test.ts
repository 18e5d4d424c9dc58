import { describe, expect, it } from 'vitest';
import { DEFAULT_KNOBS } from '#fuzz/program/program.ts';
import { DrcHeap } from '#runtime/collectors/drc.ts';
import { PARTS } from '#runtime/parts.ts';
import type { Parts } from '#runtime/parts.ts';
import { INSTANTIATE, call, programOf, runOf } from '#test/support/program.ts';
import { drcEngine, interpreterEngine, nullEngine } from './interpreter.ts';
import type { ObservedFault, ObservedOutcome } from './observation.ts';

const DRC = drcEngine();
const NULL = nullEngine();

function outcomesOf(parts: Parts, text: string, audit: 'off' | 'collections' = 'collections'): readonly ObservedOutcome[] {
  return interpreterEngine('subject', parts, { audit, integrity: false }).run(runOf(text)).outcomes;
}
function faultOf(outcomes: readonly ObservedOutcome[]): ObservedFault | undefined {
  const last = outcomes.at(-1);
  return last?.kind === 'faulted' ? last.fault : undefined;
}

describe('the heap graph', () => {
  const NODES = `(type $n (struct (field (mut i32)) (field $next (mut (ref null $n))))) (global $g (export "g") (mut (ref null $n)) (ref.null $n))`;
  const graphOf = (body: string) => DRC.run(runOf(`(module ${NODES} (func (export "run") ${body}))`)).heap;
  const node = (value: number, next: string) => `(struct.new $n (i32.const ${value}) ${next})`;

  it('does not depend on addresses', () => {
    const plain = graphOf(`(global.set $g ${node(1, node(2, '(ref.null $n)'))})`);
    const moved = graphOf(`(drop ${node(9, '(ref.null $n)')}) (drop ${node(9, '(ref.null $n)')}) (global.set $g ${node(1, node(2, '(ref.null $n)'))})`);
    expect(plain?.objects).toBe(2);
    expect(moved).toEqual(plain);
  });
  it('tells values, shape and identity apart', () => {
    const shared = `(local $x (ref null $n)) (local.set $x ${node(2, '(ref.null $n)')})`;
    const graphs = [
      graphOf(`(global.set $g ${node(1, node(2, '(ref.null $n)'))})`),
      graphOf(`(global.set $g ${node(1, node(3, '(ref.null $n)'))})`),
      graphOf(`(global.set $g ${node(2, '(ref.null $n)')})`),
      graphOf(`${shared} (global.set $g (local.get $x)) (struct.set $n $next (local.get $x) (local.get $x))`),
      graphOf(`${shared} (global.set $g (local.get $x)) (struct.set $n $next (local.get $x) ${node(2, '(ref.null $n)')})`),
      graphOf(''),
    ];
    expect(new Set(graphs.map((graph) => graph?.words.join())).size).toBe(graphs.length);
  });
  it('is the same under both collectors, for every kind of field', () => {
    const text = `(module
      (type $all (struct (field i8) (field i16) (field i32) (field i64) (field f32) (field f64) (field i31ref) (field anyref) (field funcref) (field externref)))
      (type $wide (array i64)) (type $bytes (array i8)) (type $funcs (array funcref))
      (import "env" "mk" (func $mk (param i32) (result externref)))
      (table 2 anyref) (elem $e anyref (item (array.new $bytes (i32.const 3) (i32.const 5))))
      (func $f) (elem declare func $f)
      (tag $t (param i64 (ref eq)))
      (func (export "run") (result anyref anyref anyref exnref)
        (table.set (i32.const 1) (array.new $wide (i64.const -1) (i32.const 2)))
        (struct.new $all (i32.const 1) (i32.const 2) (i32.const 3) (i64.const -4) (f32.const 5) (f64.const nan)
          (ref.i31 (i32.const 6)) (table.get (i32.const 1)) (ref.func $f) (call $mk (i32.const 7)))
        (table.get (i32.const 1))
        (array.new $funcs (ref.func $f) (i32.const 2))
        (block $h (result i64 (ref eq) exnref)
          (try_table (catch_ref $t $h) (throw $t (i64.const 1) (ref.i31 (i32.const 2)))) (unreachable))
        (drop) (drop) (drop) (ref.null exn)))`;
    const [drc, none] = [DRC.run(runOf(text)), NULL.run(runOf(text))];
    expect(drc.outcomes).toEqual(none.outcomes);
    expect(drc.heap?.objects).toBe(5);
    expect(drc.heap).toEqual(none.heap);
    expect(drc.outcomes[1]).toMatchObject({ values: [{ node: 2 }, { node: 0 }, { kind: 'object' }, { kind: 'null' }] });
  });
  it('is walked without recursion', () => {
    const list = `(module (type $n (struct (field (ref null $n)))) (global $g (export "g") (mut (ref null $n)) (ref.null $n))
      (func (export "run") (local $i i32)
        (loop $l (global.set $g (struct.new $n (global.get $g)))
          (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 50000))))))`;
    expect(DRC.run(runOf(list)).heap?.objects).toBe(50_000);
  });
});

describe('steps', () => {
  it('instantiate modules that import from earlier ones', () => {
    const exporting = '(module (global (export "g") i32 (i32.const 5)))';
    const importing = '(module (import "m0" "g" (global i32)) (func (export "run") (result i32) (global.get 0)))';
    const program = programOf([exporting, importing], [INSTANTIATE, { kind: 'instantiate', module: 1 }, { ...call('run'), module: 1 } as never]);
    expect(DRC.run(program).outcomes[2]).toEqual({ kind: 'returned', values: [{ kind: 'i32', value: 5 }] });
    expect(DRC.run({ ...program, steps: program.steps.slice(1) }).outcomes).toEqual([{ kind: 'linkError' }, { kind: 'skipped' }]);
  });
  it('that have nothing to act on are skipped', () => {
    const text = '(module (func (export "run") (param i32)) (memory (export "m") 1))';
    const steps = [call('run'), INSTANTIATE, call('run'), call('none'), call('m'), call('run', { kind: 'null' }), call('run', { kind: 'i32', value: 1 })];
    expect(DRC.run(programOf([text], steps)).outcomes.map(({ kind }) => kind)).toEqual([
      'skipped', 'instantiated', 'skipped', 'skipped', 'skipped', 'skipped', 'returned',
    ]);
  });
  it('do not run a module that is not valid', () => {
    expect(DRC.run(runOf('(module (func (export "run") (result i32)))')).outcomes.map(({ kind }) => kind)).toEqual(['invalid', 'skipped']);
  });
  it('end with a limit', () => {
    const steps = [INSTANTIATE, call('run'), call('run')];
    const spin = programOf(['(module (func (export "run") (loop (br 0))))'], steps);
    expect(DRC.run(spin).outcomes).toEqual([{ kind: 'instantiated' }, { kind: 'exhausted', resource: 'fuel' }]);
    const recurse = programOf(['(module (func $f (export "run") (call $f)))'], steps);
    expect(DRC.run(recurse).outcomes.at(-1)).toEqual({ kind: 'exhausted', resource: 'callStack' });
    const hoard = programOf(['(module (type $a (array i8)) (func (export "run") (drop (array.new_default $a (i32.const 90000)))))'], steps, {
      collector: { ...DEFAULT_KNOBS, maxHeapBytes: 65536 },
    });
    expect(DRC.run(hoard).outcomes.at(-1)).toEqual({ kind: 'exhausted', resource: 'heap' });
  });
  it('give the same observation again', () => {
    const program = runOf(`(module (import "env" "gc" (func $gc)) (type $s (struct)) (func (export "run") (result anyref) (call $gc) (struct.new $s)))`);
    expect(DRC.run(program)).toEqual(DRC.run(structuredClone(program)));
  });
});

describe('faults', () => {
  const SET_GLOBAL = `(module (type $n (struct (field (mut i32)))) (global $g (mut (ref null $n)) (ref.null $n))
    (func (export "run") (global.set $g (struct.new $n (i32.const 1))) (global.set $g (struct.new $n (i32.const 2))) (nop)))`;

  it('of an exception that is no signal of ours are crashes', () => {
    const parts: Parts = {
      ...PARTS.drc,
      ObjectOperations: class extends PARTS.drc.ObjectOperations {
        override structNew(): void {
          throw new TypeError('oops');
        }
      },
    };
    const fault = faultOf(outcomesOf(parts, SET_GLOBAL));
    expect(fault).toEqual({ oracle: 'crash', invariant: 'TypeError', message: 'oops [TypeError]', defect: undefined, operation: 'struct.new', holders: [] });
    const nested = `(module (import "env" "cb" (func $cb)) (type $n (struct)) (func (export "cb") (drop (struct.new $n))) (func (export "run") (call $cb)))`;
    expect(faultOf(outcomesOf(parts, nested))).toMatchObject({ oracle: 'crash', operation: 'struct.new' });
  });

  it('name the owners that came or went unnoticed, not those that were there', () => {
    class Heap extends DrcHeap {
      override writeBarrier(cells: Int32Array, index: number, ref: number): void {
        cells[index] = ref;
      }
    }
    const text = `(module (type $box (struct (field (mut anyref)))) (global $g (mut anyref) (ref.null any))
      (func (export "run") (local $box (ref $box)) (local.set $box (struct.new $box (ref.null any)))
        (global.set $g (struct.new $box (ref.null any)))
        (struct.set $box 0 (local.get $box) (global.get $g))))`;
    class HeapOfGlobals extends Heap {
      override writeBarrier(cells: Int32Array, index: number, ref: number): void {
        if (cells === this.i32) super.writeBarrier(cells, index, ref);
        else DrcHeap.prototype.writeBarrier.call(this, cells, index, ref);
      }
    }
    expect(faultOf(outcomesOf({ ...PARTS.drc, Heap }, text))).toMatchObject({ defect: 'undercount', operation: 'global.set', holders: ['global'] });
    expect(faultOf(outcomesOf({ ...PARTS.drc, Heap: HeapOfGlobals }, text))).toMatchObject({ defect: 'undercount', operation: 'struct.set', holders: ['field'] });
  });

  it('in a collection are blamed on it, whatever asked for it', () => {
    class Heap extends DrcHeap {
      protected override unlink(ref: number, previous: number, next: number): void {
        super.unlink(ref, previous, next);
        this.clone(ref);
      }
    }
    expect(faultOf(outcomesOf({ ...PARTS.drc, Heap }, SET_GLOBAL))).toMatchObject({ defect: 'overcount', operation: 'collection', holders: ['stackRootList'] });
  });

  it('that only leak are found at the end, and blamed on what leaked', () => {
    const Heap = class extends (PARTS.drc.Heap as typeof import('#runtime/collectors/drc.ts').DrcHeap) {
      override writeBarrier(cells: Int32Array, index: number, ref: number): void {
        super.initBarrier(cells, index, ref);
      }
    };
    const fault = faultOf(outcomesOf({ ...PARTS.drc, Heap }, SET_GLOBAL));
    expect(fault).toMatchObject({ oracle: 'audit', invariant: 'C9', operation: 'global.set' });
    expect(fault?.message).toContain('has a count of 2 but 1 owner');
    expect(outcomesOf({ ...PARTS.drc, Heap }, SET_GLOBAL)).toHaveLength(3);
  });

  it('of roots that the host forgets are leaks', () => {
    const HostBoundary = class extends PARTS.drc.HostBoundary {
      override refToHost(ref: number) {
        const value = super.refToHost(ref);
        if (value.kind === 'object') {
          this.store.heap.clone(ref);
          this.store.roots.own(ref);
        }
        return value;
      }
    };
    const text = `(module (import "env" "id" (func $id (param anyref) (result anyref))) (type $n (struct)) (func (export "run") (drop (call $id (struct.new $n)))))`;
    expect(faultOf(outcomesOf({ ...PARTS.drc, HostBoundary }, text))).toMatchObject({
      oracle: 'leakCheck', invariant: 'forgottenRoot', operation: 'exit', holders: ['ownedRoot'],
    });
    expect(outcomesOf({ ...PARTS.drc, HostBoundary }, text, 'off')).toHaveLength(2);
  });
});
