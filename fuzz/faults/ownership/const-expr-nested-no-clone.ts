import type { DrcHeap } from '#runtime/collectors/drc.ts';
import type { CompiledFunction } from '#runtime/compile/compiled.ts';
import { isObject } from '#runtime/heap/reference.ts';
import type { Instance } from '#runtime/instance.ts';
import type { Parts } from '#runtime/parts.ts';
import type { Fault } from '../fault.ts';

/** Remembers the operands that went into objects while a constant expression is evaluated. */
function heapOf(parts: Parts) {
  return class extends (parts.Heap as typeof DrcHeap) {
    consumed: number[] | undefined;

    override initBarrier(cells: Int32Array, index: number, ref: number): void {
      super.initBarrier(cells, index, ref);
      if (isObject(ref)) this.consumed?.push(ref);
    }
  };
}

export const constExprNestedNoClone: Fault = {
  slug: 'const-expr-nested-no-clone',
  title: 'The operands of a nested constant expression lose a count that nobody took.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/10182',
    'https://github.com/bytecodealliance/wasmtime/pull/10374',
  ],
  class: 'constant expressions',
  twinBlind: false,
  guilty: ['constant expression'],
  caughtBy: ['audit', 'assertion', 'poison', 'differential'],
  story: [
    'The evaluator of constant expressions keeps its operands in host roots, which give a count back when the',
    'evaluation ends. An operand on its way into a field or element was put into such a root without taking a',
    'count. The inner object of a nested expression ends with one count for two owners: the stack-root list and the',
    'slot of the outer object.',
    '',
    'The first collection that finds it on no stack frees it, while the slot still holds it; whatever touches the',
    'element next fails. The public report showed an array.copy of an array onto itself failing, which was innocent.',
  ].join('\n'),
  plant: (parts) => {
    const Heap = heapOf(parts);
    return {
      ...parts,
      Heap,
      ConstantEvaluator: class extends parts.ConstantEvaluator {
        override evaluate(instance: Instance, expression: CompiledFunction): number {
          const heap = this.store.heap as InstanceType<typeof Heap>;
          const consumed: number[] = [];
          heap.consumed = consumed;
          try {
            const at = super.evaluate(instance, expression);
            for (const ref of consumed) heap.drop(ref);
            return at;
          } finally {
            heap.consumed = undefined;
          }
        }
      },
    };
  },
};
