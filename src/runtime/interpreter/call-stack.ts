/**
 * The stack of activations: one buffer of values for all frames, and per frame its function, the pc where it
 * goes on, and its frame pointer. Arguments become the callee's first locals where they lie.
 *
 * Locations and pointers count 32-bit words; every value starts at an even word. `sp` is exact only while
 * the interpreter is outside its loop or at a safe point.
 */
import { INLINE_WORDS, doubled } from '#util/typed-arrays.ts';
import { Exhaustion } from '../outcome.ts';
import type { WasmFunction } from '../function.ts';
import type { Limits } from '../options.ts';

const INITIAL_WORDS = 1 << 9;

export class CallStack {
  /** Views of the values. Entering a frame may replace them, as may any call out. */
  i32!: Int32Array;
  i64!: BigInt64Array;
  f32!: Float32Array;
  f64!: Float64Array;

  /** First free word. */
  sp = 0;
  /** Index of the running frame; -1 when there is none. */
  depth = -1;
  readonly functions: WasmFunction[] = [];
  pcs = new Int32Array(INLINE_WORDS);
  fps = new Int32Array(INLINE_WORDS);
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#setBuffer(new ArrayBuffer(4 * Math.min(INITIAL_WORDS, limits.stackWords)));
  }

  #setBuffer(buffer: ArrayBuffer): void {
    this.i32 = new Int32Array(buffer);
    this.i64 = new BigInt64Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }

  /** Makes sure that so many words exist. @throws Exhaustion of the call stack */
  reserve(words: number): void {
    if (words <= this.i32.length) return;
    const { stackWords } = this.#limits;
    if (words > stackWords) throw new Exhaustion('callStack');
    const old = this.i32;
    this.#setBuffer(new ArrayBuffer(4 * Math.min(stackWords, Math.max(words + (words & 1), 2 * old.length))));
    this.i32.set(old);
  }
  #reserveFrame(depth: number): void {
    if (depth >= this.#limits.callDepth) throw new Exhaustion('callStack');
    if (depth < this.pcs.length) return;
    this.pcs = doubled(this.pcs);
    this.fps = doubled(this.fps);
  }

  /**
   * Pushes a frame whose arguments are the topmost words below `sp`; declared locals start as zero.
   * @throws Exhaustion of the call stack
   */
  enter(fn: WasmFunction, sp: number): void {
    const { code } = fn;
    const fp = sp - code.paramWords;
    const depth = this.depth + 1;
    if (fp + code.frameWords > this.i32.length) this.reserve(fp + code.frameWords);
    if (depth >= this.pcs.length || depth >= this.#limits.callDepth) this.#reserveFrame(depth);
    this.depth = depth;
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
    // By hand, because arguments are few and `copyWithin` is a call into the engine.
    const { i32 } = this;
    for (let i = 0, from = sp - words; i < words; i++) i32[fp + i] = i32[from + i]!;
    this.depth--;
    this.enter(fn, fp + words);
  }
}
