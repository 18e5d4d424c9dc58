/**
 * The stack of activations: one buffer of values for all frames, and per frame its function, the pc where it
 * goes on, and its frame pointer. Arguments become the callee's first locals where they lie.
 *
 * Locations and pointers count 32-bit words; every value starts at an even word. `sp` is exact only while
 * the interpreter is outside its loop or at a safe point.
 */
import { Exhaustion } from '../outcome.ts';
import type { WasmFunction } from '../function.ts';
import type { Limits } from '../options.ts';

export class CallStack {
  readonly i32: Int32Array;
  readonly i64: BigInt64Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;

  /** First free word. */
  sp = 0;
  /** Index of the running frame; -1 when there is none. */
  depth = -1;
  readonly functions: WasmFunction[] = [];
  readonly pcs: Int32Array;
  readonly fps: Int32Array;
  readonly #maxDepth: number;
  readonly #words: number;

  constructor(limits: Limits) {
    this.#words = limits.stackWords;
    this.#maxDepth = limits.callDepth;
    const buffer = new ArrayBuffer(4 * limits.stackWords);
    this.i32 = new Int32Array(buffer);
    this.i64 = new BigInt64Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.pcs = new Int32Array(limits.callDepth);
    this.fps = new Int32Array(limits.callDepth);
  }

  /** Makes the stack as good as new, so that one store after another can have it. */
  reset(): void {
    this.sp = 0;
    this.depth = -1;
    this.functions.length = 0;
    // A wrong stack map must find the same in every run.
    this.i32.fill(0);
  }

  /**
   * Pushes a frame whose arguments are the topmost words below `sp`; declared locals start as zero.
   * @throws Exhaustion of the call stack
   */
  enter(fn: WasmFunction, sp: number): void {
    const { code } = fn;
    const fp = sp - code.paramWords;
    if (fp + code.frameWords > this.#words || this.depth + 1 >= this.#maxDepth) throw new Exhaustion('callStack');
    const depth = ++this.depth;
    this.functions[depth] = fn;
    this.pcs[depth] = code.entry;
    this.fps[depth] = fp;
    const end = fp + code.localWords;
    for (let word = sp; word < end; word++) this.i32[word] = 0;
    this.sp = end;
  }

  /** Replaces the running frame for a tail call; the arguments lie topmost below `sp`. */
  replace(fn: WasmFunction, sp: number): void {
    const fp = this.fps[this.depth]!;
    const words = fn.code.paramWords;
    this.i32.copyWithin(fp, sp - words, sp);
    this.depth--;
    this.enter(fn, fp + words);
  }
}
