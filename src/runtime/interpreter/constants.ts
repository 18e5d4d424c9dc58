/**
 * Constant expressions (spec: Execution / Modules / Instantiation). They are compiled like functions and run
 * by the same interpreter, so that allocating in one is an ordinary allocation.
 */
import type { CompiledFunction } from '../compile/compiled.ts';
import { WasmFunction } from '../function.ts';
import type { Instance } from '../instance.ts';
import type { Store } from '../store.ts';

export class ConstantEvaluator {
  protected readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /**
   * Evaluates an expression.
   * @returns the stack word where its value lies: borrowed, and good until the next thing is pushed
   */
  evaluate(instance: Instance, expression: CompiledFunction): number {
    const { stack } = this.store;
    const base = stack.sp;
    stack.enter(new WasmFunction(0, -1, instance, expression), base);
    this.store.execute(this.store, stack.depth);
    stack.sp = base;
    return base;
  }
}
