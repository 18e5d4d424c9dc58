/** Open blocks of the expression being compiled, and the branches that wait for their ends. */
import type { Emitter } from './emitter.ts';

export interface Block {
  /** WebAssembly opcode that opened it. */
  opcode: number;
  /** Operands below the block's parameters. */
  operands: number;
  /** Where branches go: known from the start for loops, else -1. */
  target: number;
  /** Code words to fill in with the end of the block. */
  readonly patches: number[];
  /** `if`: the word to fill in with the start of `else`, or the end; else -1. */
  elsePatch: number;
  /** Whether the instruction that opened it could not be reached. */
  readonly dead: boolean;
}

export class Labels {
  readonly #emitter: Emitter;
  readonly #blocks: Block[] = [];

  constructor(emitter: Emitter) {
    this.#emitter = emitter;
  }

  reset(): void {
    while (this.#blocks.length > 0) this.#blocks.pop();
  }
  open(opcode: number, operands: number, target: number, dead: boolean): Block {
    const block: Block = { opcode, operands, target, patches: [], elsePatch: -1, dead };
    this.#blocks.push(block);
    return block;
  }
  /** The block of a label; 0 is the innermost. */
  at(label: number): Block {
    return this.#blocks[this.#blocks.length - 1 - label]!;
  }
  /** Emits the word that says where a branch to the block goes. */
  emitTarget(block: Block): void {
    if (block.target < 0) block.patches.push(this.#emitter.pc);
    this.#emitter.emit(block.target);
  }
  /** Closes the innermost block here. */
  close(): Block {
    const block = this.#blocks.pop()!;
    for (const at of block.patches) this.#emitter.patch(at, this.#emitter.pc);
    if (block.elsePatch >= 0) this.#emitter.patch(block.elsePatch, this.#emitter.pc);
    return block;
  }
}
