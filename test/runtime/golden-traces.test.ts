/**
 * The worked traces of the collector's model (docs/collector.md), as modules that run instruction by instruction:
 * counts, stack-root list and addresses as the tables there have them. The heap alone is put through the same
 * traces beside its code.
 */
import { describe, expect, it } from 'vitest';
import { checkLeaks } from '#runtime/audit/leak-check.ts';
import type { DrcHeap } from '#runtime/collectors/drc.ts';
import { snapshot } from '#runtime/heap/snapshot.ts';
import type { Instance } from '#runtime/instance.ts';
import { call } from '#runtime/invoke.ts';
import { hex } from '#runtime/outcome.ts';
import type { Store } from '#runtime/store.ts';
import type { OptionChanges } from '#test/support/run.ts';
import { Run, describe as describeOutcome, int } from '#test/support/run.ts';

/** Address and count of each object, then the list from its head: `0x10:2 0x30:1, list 0x30 0x10`. */
function pictureOf({ heap }: Store): string {
  const { objects, list } = snapshot(heap);
  const counts = objects.map(({ address, count }) => `${hex(address)}:${count}`).join(' ');
  return `${counts}, list ${list.map(hex).join(' ')}`.trim();
}

/** Runs modules and keeps every picture of the heap that differs from the one before. */
class Trace {
  readonly run: Run;
  #pictures: string[] = [];

  constructor(options: OptionChanges = {}) {
    this.run = new Run('drc', { audit: 'collections', ...options });
    const look = (): void => this.look();
    this.run.store.follow({ instruction: look, safePoint: look });
  }
  get store(): Store {
    return this.run.store;
  }
  get heap(): DrcHeap {
    return this.store.heap as DrcHeap;
  }
  look(): void {
    const picture = pictureOf(this.store);
    if (picture !== this.#pictures.at(-1)) this.#pictures.push(picture);
  }
  /** The pictures since the last time, from the one at the start on. */
  during(action: () => void): string[] {
    this.#pictures = [];
    this.look();
    action();
    this.look();
    return this.#pictures;
  }
  call(instance: Instance, name: string): string[] {
    return this.during(() => {
      const outcome = this.run.call(instance, name);
      if (outcome.kind !== 'returned') throw new Error(`${name} must return: ${describeOutcome(outcome)}`);
    });
  }
}

const NODE = '(type $n (struct (field (mut (ref null $n)))))';

describe('worked traces, run as modules', () => {
  it('two nodes, one global', () => {
    const trace = new Trace();
    const instance = trace.run.load(`(module ${NODE}
      (global $g (mut (ref null $n)) (ref.null $n))
      (func (export "build") (global.set $g (struct.new $n (struct.new $n (ref.null $n)))))
      (func (export "take")
        global.get $g struct.get $n 0 drop
        (global.set $g (ref.null $n))))`);
    expect(trace.heap.capacity).toBe(0);
    expect(trace.call(instance, 'build')).toEqual([
      ', list',
      '0x10:1, list 0x10',
      '0x10:2 0x30:1, list 0x30 0x10',
      '0x10:2 0x30:2, list 0x30 0x10',
    ]);
    expect(trace.heap.capacity).toBe(65536);
    expect(trace.during(() => trace.store.collect()).slice(1)).toEqual(['0x10:1 0x30:1, list']);
    expect(trace.call(instance, 'take').slice(1)).toEqual([
      '0x10:1 0x30:2, list 0x30',
      '0x10:2 0x30:2, list 0x10 0x30',
      '0x10:2 0x30:1, list 0x10 0x30',
    ]);
    trace.store.collect();
    expect(snapshot(trace.heap)).toMatchObject({ objects: [], pending: [], bump: { start: 0x10, end: 65536 }, freeBlocks: [] });
  });

  it('a deferred drop', () => {
    const trace = new Trace();
    const instance = trace.run.load(`(module ${NODE}
      (table $t 1 anyref)
      (func (export "fill") (table.set $t (i32.const 0) (struct.new $n (struct.new $n (ref.null $n)))))
      (func (export "overwrite") (table.set $t (i32.const 0) (ref.i31 (i32.const 3)))))`);
    trace.call(instance, 'fill');
    trace.store.collect();
    expect(pictureOf(trace.store)).toBe('0x10:1 0x30:1, list');
    // The count goes to zero and back to one: the object now waits, and what it holds with it.
    expect(trace.call(instance, 'overwrite')).toEqual(['0x10:1 0x30:1, list']);
    expect(snapshot(trace.heap).pending).toEqual([0x30]);
    trace.store.collect();
    expect(snapshot(trace.heap)).toMatchObject({ objects: [], pending: [], bump: { start: 0x10 } });
  });

  it('an immediate drop', () => {
    const trace = new Trace({ heap: { drops: 'immediate' } });
    const instance = trace.run.load(`(module ${NODE}
      (global $g (mut (ref null $n)) (ref.null $n))
      (func (export "fill") (global.set $g (struct.new $n (struct.new $n (ref.null $n)))))
      (func (export "clear") (global.set $g (ref.null $n))))`);
    trace.call(instance, 'fill');
    trace.store.collect();
    expect(trace.call(instance, 'clear')).toEqual(['0x10:1 0x30:1, list', ', list']);
  });

  it('the same object passed twice', () => {
    const trace = new Trace();
    const instance = trace.run.load('(module (func (export "f") (param externref)))');
    const { roots, boundary } = trace.store;
    const scope = roots.openScope();
    const object = boundary.newExternRef('value');
    expect(pictureOf(trace.store)).toBe('0x10:1, list');
    for (let i = 0; i < 2; i++) {
      expect(trace.run.call(instance, 'f', object).kind).toBe('returned');
      expect(pictureOf(trace.store)).toBe('0x10:2, list 0x10');
    }
    roots.closeScope(scope);
    expect(pictureOf(trace.store)).toBe('0x10:1, list 0x10');
    trace.store.collect();
    expect(pictureOf(trace.store)).toBe(', list');
    expect(trace.heap.hostData.size).toBe(0);
  });

  it('the threshold', () => {
    const run = new Run('drc', { audit: 'collections' });
    const each = (text: (i: number) => string): string => Array.from({ length: 1024 }, (_, i) => text(i)).join('\n');
    const instance = run.load(`(module ${NODE}
      ${each(() => '(global (mut (ref null $n)) (struct.new $n (ref.null $n)))')}
      (func (export "empty") (param i32)
        ${each((i) => `global.get ${i} (global.set ${i} (ref.null $n)) drop`)}))`);
    const heap = run.store.heap as DrcHeap;
    run.store.collect();
    expect([heap.listLength, snapshot(heap).objects.length]).toEqual([0, 1024]);
    const before = heap.counters.collections;
    expect(run.call(instance, 'empty', int(0)).kind).toBe('returned');
    expect(heap.counters.collections).toBe(before + 1);
    // It came with the last object just read: that one alone was on a stack.
    expect(pictureOf(run.store)).toBe(`${hex(0x10 + 1023 * 0x20)}:1, list ${hex(0x10 + 1023 * 0x20)}`);
    expect(heap.collectionDue()).toBe(false);
  });

  it('throw and catch', () => {
    const trace = new Trace();
    const seen: string[] = [];
    const later: { instance?: Instance } = {};
    const host = trace.store.newHostFunction({ kind: 'func', params: [], results: [] }, () => {
      try {
        call(trace.store, later.instance!.exports.get('fail') as never, []);
      } catch (signal) {
        seen.push(pictureOf(trace.store));
        throw signal;
      }
      return [];
    });
    trace.run.offer('host', new Map([['host', host]]));
    const instance = trace.run.load(`(module ${NODE}
      (import "host" "host" (func $host))
      (tag $t (param (ref $n)))
      (func (export "fail") (throw $t (struct.new $n (ref.null $n))))
      (func (export "run")
        (block $h (result (ref $n)) (try_table (catch $t $h) (call $host)) (unreachable))
        drop nop))`);
    later.instance = instance;
    const pictures = trace.call(instance, 'run');
    // Pending: the slot owns the exception as the list does, and the exception its payload.
    expect(seen).toEqual(['0x10:2 0x30:2, list 0x30 0x10']);
    // Caught: the slot is empty, the exception still listed.
    expect(pictures).toEqual([', list', '0x10:1, list 0x10', '0x10:2 0x30:1, list 0x30 0x10']);
    trace.store.collect();
    expect(pictureOf(trace.store)).toBe(', list');
  });

  const ALLOCATE = `(module ${NODE}
    (global $kept (mut (ref null $n)) (ref.null $n))
    (func (export "drop") (param $count i32)
      (loop $l
        (drop (struct.new $n (ref.null $n)))
        (br_if $l (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
    (func (export "keep") (param $count i32)
      (loop $l
        (global.set $kept (struct.new $n (global.get $kept)))
        (br_if $l (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))`;

  it('growth: a page of dropped objects is used again and again', () => {
    const run = new Run('drc');
    const instance = run.load(ALLOCATE);
    const heap = run.store.heap as DrcHeap;
    const drop = (count: number): void => {
      expect(run.call(instance, 'drop', int(count)).kind).toBe('returned');
    };
    drop(9);
    expect(snapshot(heap).objects.at(-1)!.address).toBe(0x110);
    drop(2047 - 9);
    expect([heap.counters.collections, heap.capacity]).toEqual([0, 65536]);
    drop(1);
    expect(heap.counters.collections).toBe(1);
    expect(snapshot(heap).objects.map(({ address }) => address)).toEqual([0x10]);
    drop(50_000);
    expect([heap.counters.growths, heap.capacity]).toEqual([1, 65536]);
  });

  it('growth: a heap that is half full grows instead', () => {
    const run = new Run('drc', { heap: { oasrThreshold: 1 << 20 } });
    const instance = run.load(ALLOCATE);
    const heap = run.store.heap as DrcHeap;
    run.call(instance, 'keep', int(1024));
    run.call(instance, 'drop', int(1023));
    expect([heap.counters.collections, heap.capacity]).toEqual([0, 65536]);
    run.call(instance, 'drop', int(1));
    expect([heap.counters.collections, heap.liveAfterCollection]).toEqual([1, 32768]);
    run.call(instance, 'drop', int(1022));
    expect([heap.counters.collections, heap.capacity]).toEqual([1, 65536]);
    run.call(instance, 'drop', int(1));
    expect([heap.counters.collections, heap.capacity]).toEqual([1, 131_072]);
    const report = checkLeaks(heap, run.store, () => run.store.collect());
    expect(report).toMatchObject({ leaks: [], auditFailure: undefined });
  });
});

describe('addresses on the null heap', () => {
  it('start at 8, and at 16 for objects with vectors; nothing is ever used again', () => {
    const run = new Run('null', { collection: { zeal: 1 } });
    const instance = run.load(`(module ${NODE}
      (type $v (struct (field v128))) (type $bytes (array i8))
      (func (export "nodes") (drop (struct.new $n (ref.null $n))) (drop (struct.new $n (ref.null $n))))
      (func (export "others") (drop (array.new_default $bytes (i32.const 5))) (drop (struct.new_default $v))))`);
    const addresses = (): number[] => snapshot(run.store.heap).objects.map(({ address }) => address);
    run.call(instance, 'nodes');
    // 8 bytes of header and a reference, rounded to 8.
    expect(addresses()).toEqual([0x8, 0x18]);
    run.call(instance, 'others');
    // The array ends at 0x28 + 8 + 4 + 5 = 0x39; a vector aligns its object to 16.
    expect(addresses()).toEqual([0x8, 0x18, 0x28, 0x40]);
    run.store.collect();
    expect(addresses()).toHaveLength(4);
  });
});
