/**
 * Finds the stack roots: the references that the stack maps of all frames list, from the oldest activation
 * to the running frame.
 */
import type { StackRoots } from '../heap/gc-heap.ts';
import type { WasmFunction } from '../function.ts';
import type { Store } from '../store.ts';

export class StackWalker {
  protected readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  readonly roots: StackRoots = (visit) => {
    for (let depth = this.outermost(); depth <= this.store.stack.depth; depth++) this.visitFrame(depth, visit);
  };

  /** The first frame to visit. */
  protected outermost(): number {
    return 0;
  }

  protected visitFrame(depth: number, visit: (ref: number) => void): void {
    const { functions, pcs, fps, i32 } = this.store.stack;
    const fn = functions[depth]!;
    const fp = fps[depth]!;
    const locals = this.localsAt(fn, pcs[depth]!);
    for (let i = 0; i < locals.length; i++) visit(i32[fp + locals[i]!]!);
    const operands = this.stackMapAt(fn, pcs[depth]!);
    for (let i = 0; i < operands.length; i++) visit(i32[fp + operands[i]!]!);
  }

  /** Locations of the locals that hold references: the same at all safe points, whether they are read again or not. */
  protected localsAt({ code }: WasmFunction, _pc: number): Int32Array {
    return code.refLocals;
  }

  /**
   * Locations of the operands that are references when the frame's pc stands behind the safe point at `pc`.
   * Counted in words from the frame pointer, lowest first.
   */
  protected stackMapAt(fn: WasmFunction, pc: number): Int32Array {
    const { code, maps } = fn.instance.compiled;
    return maps.operands(code[pc - 1]!);
  }
}
