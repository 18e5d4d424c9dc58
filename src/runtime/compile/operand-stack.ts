/**
 * Where the operands of the expression being compiled lie in its frame. Heights are static: validation knows
 * every operand's type at every instruction, so this follows the validator's stack and never guesses.
 */
import { INLINE_WORDS, doubled } from '#util/typed-arrays.ts';
import type { ValType as ValTypeCode } from '#wasm/syntax/types.ts';
import { ValType, isRefType } from '#wasm/syntax/types.ts';
import type { FunctionValidator } from '#wasm/valid/function-validator.ts';
import type { TypeRegistry } from '#wasm/valid/type-registry.ts';
import { slotKind } from '../heap/layout.ts';
import type { StackMapBuilder } from './stack-maps.ts';

/** Whether values of a type own counts where they are stored. @param type canonical */
export function isCounted(type: ValTypeCode, registry: TypeRegistry): boolean {
  return isRefType(type) && slotKind(type, registry) === 'ref';
}

export class OperandStack {
  readonly #maps: StackMapBuilder;
  /** By number of operands: the word after them, and the stack map of them. */
  #ends = new Int32Array(INLINE_WORDS);
  #nodes = new Int32Array(INLINE_WORDS);
  length = 0;
  /** Highest word after an operand so far. */
  highest = 0;

  constructor(maps: StackMapBuilder) {
    this.#maps = maps;
  }

  begin(localWords: number): void {
    this.length = 0;
    this.#ends[0] = localWords;
    this.#nodes[0] = 0;
    this.highest = localWords;
  }

  /** The word after the `count` lowest operands. */
  heightOf(count: number): number {
    return this.#ends[count]!;
  }
  /** The stack map of the `count` lowest operands. */
  mapOf(count: number): number {
    return this.#nodes[count]!;
  }
  get height(): number {
    return this.#ends[this.length]!;
  }
  get map(): number {
    return this.#nodes[this.length]!;
  }

  /** Catches up with the validator after a step. */
  follow(validator: FunctionValidator): void {
    const { operands, untouched, context } = validator;
    if (untouched < this.length) this.length = untouched;
    for (let i = this.length; i < operands.length; i++) this.#push(operands[i]!, context.registry);
  }
  #push(type: ValTypeCode, registry: TypeRegistry): void {
    const start = this.#ends[this.length]!;
    const end = start + (type === ValType.v128 ? 4 : 2);
    const below = this.#nodes[this.length]!;
    if (++this.length === this.#ends.length) this.#enlarge();
    this.#nodes[this.length] = isCounted(type, registry) ? this.#maps.push(below, start) : below;
    this.#ends[this.length] = end;
    if (end > this.highest) this.highest = end;
  }
  #enlarge(): void {
    this.#ends = doubled(this.#ends);
    this.#nodes = doubled(this.#nodes);
  }
}
