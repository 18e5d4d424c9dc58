/** The scan of frames finds what a stack walker leaves out at the first collection. */
import { describe, expect, it } from 'vitest';
import type { WasmFunction } from '../function.ts';
import { StackWalker } from '../interpreter/stack-walker.ts';
import { PARTS } from '../parts.ts';
import type { Parts } from '../parts.ts';
import { Run, describe as describeOutcome, int } from '#test/support/run.ts';
import { AuditFault } from './audit-store.ts';

/** Objects in locals and on the operand stack of two frames, and of an outer activation. */
const TEXT = `(module
  (import "env" "gc" (func $gc))
  (import "env" "cb" (func $cb))
  (type $n (struct (field i32)))
  (func $inner (param (ref $n)) (result i32)
    (struct.get $n 0 (local.get 0))
    (struct.new $n (i32.const 3))
    (call $gc)
    (struct.get $n 0)
    (i32.add))
  (func (export "run") (result i32) (local $rest i32)
    (struct.new $n (i32.const 10))
    (local.set $rest (call $inner (struct.new $n (i32.const 20))))
    (struct.get $n 0)
    (i32.add (local.get $rest)))
  (func (export "cb") (drop (call $inner (struct.new $n (i32.const 1)))))
  (func (export "outer") (result i32)
    (struct.new $n (i32.const 7))
    (call $cb)
    (struct.get $n 0)))`;

class WithoutTopOperand extends StackWalker {
  protected override stackMapAt(fn: WasmFunction, pc: number): Int32Array {
    return super.stackMapAt(fn, pc).slice(0, -1);
  }
}
class WithoutLocals extends StackWalker {
  protected override visitFrame(depth: number, visit: (ref: number) => void): void {
    const { functions, pcs, fps, i32 } = this.store.stack;
    for (const operand of this.stackMapAt(functions[depth]!, pcs[depth]!)) visit(i32[fps[depth]! + operand]!);
  }
}
class WithoutCallers extends StackWalker {
  protected override outermost(): number {
    return this.store.stack.depth;
  }
}

const withWalker = (Walker: Parts['StackWalker']): Parts => ({ ...PARTS.drc, StackWalker: Walker });

describe('the stack scan', () => {
  it.each([
    ['run', 33],
    ['outer', 7],
  ])('finds nothing when the walker is whole: %s', (name, expected) => {
    const run = new Run('drc', { audit: 'collections' });
    expect(run.call(run.load(TEXT), name)).toEqual({ kind: 'returned', values: [int(expected)] });
    expect(run.store.heap.counters.collections).toBe(1);
  });

  it.each([
    ['run', 'operand', WithoutTopOperand],
    ['run', 'local', WithoutLocals],
    ['run', 'operand', WithoutCallers],
    ['outer', 'operand', WithoutCallers],
  ] as const)('finds what is left out at the first collection: %s, %s', (name, kind, Walker) => {
    const run = new Run(withWalker(Walker), { audit: 'collections' });
    const outcome = run.call(run.load(TEXT), name);
    if (outcome.kind !== 'faulted') throw new Error(`a fault is expected, but: ${describeOutcome(outcome)}`);
    expect(outcome.fault).toBeInstanceOf(AuditFault);
    expect((outcome.fault as AuditFault).failure).toMatchObject({ kind: 'unlisted', slot: { kind } });
    expect(outcome.fault.invariant).toBe('L13');
    expect(run.store.heap.counters.collections).toBe(1);
  });
});
