/**
 * What compiling a module yields: code that any store can run, whatever its collector.
 */
import type { Expr } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { ModuleContext } from '#wasm/valid/module-context.ts';
import type { ExpressionRole } from '#wasm/valid/validate.ts';
import type { StackMaps } from './stack-maps.ts';

/** A clause of a `try_table`. */
export interface CatchClause {
  /** Module index of the tag, or -1 for the `catch_all` forms. */
  readonly tag: number;
  readonly withRef: boolean;
  /** Where to go on: a branch to the label, preceded by the stack map of the landing. */
  readonly pad: number;
  /** Location of the first payload value; the exception itself comes after the payload. */
  readonly destination: number;
}

/** Instructions that end in `(start, end]` are inside the `try_table`; inner ones come first. */
export interface Handler {
  readonly start: number;
  readonly end: number;
  readonly clauses: readonly CatchClause[];
}

/** A function body or a constant expression. Sizes and locations are in 32-bit words. */
export interface CompiledFunction {
  readonly role: ExpressionRole;
  /** The expression it was compiled from. */
  readonly expr: Expr;
  /** pc of the first instruction; the word before it is the stack map at entry. */
  readonly entry: number;
  /** One past the last word. */
  readonly end: number;
  readonly paramWords: number;
  readonly resultWords: number;
  /** Parameters and locals. */
  readonly localWords: number;
  /** Everything the frame can reach: locals, the highest operand stack, scratch. */
  readonly frameWords: number;
  /** Locations of the locals that hold counted references. */
  readonly refLocals: Int32Array;
  readonly handlers: readonly Handler[];
  /**
   * Pairs of pc and index in the body: the first pc of each instruction, ascending. The last pair is that of
   * the return at the end, which is not written in the body: its index is the length of the body.
   */
  readonly positions: readonly number[];
}

/** The code of all expressions of a module, one after the other. */
export interface CompiledCode {
  readonly code: Int32Array;
  readonly maps: StackMaps;
}

export interface CompiledModule extends CompiledCode {
  readonly module: Module;
  /** The canonical types and index spaces found by validation. */
  readonly context: ModuleContext;
  /** By function index; imported functions have none. */
  readonly functions: readonly (CompiledFunction | undefined)[];
  /** Initialisers by global index; imported globals have none. */
  readonly globals: readonly (CompiledFunction | undefined)[];
  /** Initialisers by table index. */
  readonly tables: readonly (CompiledFunction | undefined)[];
  /** Items by element segment. */
  readonly elements: readonly (readonly CompiledFunction[])[];
  /** By element segment; only active ones have an offset. */
  readonly elementOffsets: readonly (CompiledFunction | undefined)[];
  /** By data segment; only active ones have an offset. */
  readonly dataOffsets: readonly (CompiledFunction | undefined)[];
}

/**
 * Index in the body of the instruction that a pc lies in. `pc` points behind at least the opcode, as frames
 * keep it; the entry itself belongs to instruction 0.
 */
export function instructionAt(fn: CompiledFunction, pc: number): number {
  const { positions } = fn;
  let low = 0;
  let high = positions.length / 2;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (positions[2 * middle]! < pc) low = middle;
    else high = middle;
  }
  return positions[2 * low + 1] ?? 0;
}
