/**
 * Where the operands of the expression being compiled lie in its frame. Heights are static: validation knows
 * every operand's type at every instruction, so this follows the validator's stack and never guesses.
 */
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
  /** By operand: the word after it, and the stack map up to and with it. */
  readonly #ends: number[] = [];
  readonly #nodes: number[] = [];
  #localWords = 0;
  /** Highest word after an operand so far. */
  highest = 0;

  constructor(maps: StackMapBuilder) {
    this.#maps = maps;
  }

  begin(localWords: number): void {
    this.#localWords = localWords;
    this.#ends.length = 0;
    this.#nodes.length = 0;
    this.highest = localWords;
  }

  get length(): number {
    return this.#ends.length;
  }
  /** The word after the `count` lowest operands. */
  heightOf(count: number): number {
    return count === 0 ? this.#localWords : this.#ends[count - 1]!;
  }
  /** The stack map of the `count` lowest operands. */
  mapOf(count: number): number {
    return count === 0 ? 0 : this.#nodes[count - 1]!;
  }
  get height(): number {
    return this.heightOf(this.length);
  }
  get map(): number {
    return this.mapOf(this.length);
  }

  /** Catches up with the validator after a step. */
  follow(validator: FunctionValidator): void {
    const { operands, untouched, context } = validator;
    this.#ends.length = Math.min(this.#ends.length, untouched);
    this.#nodes.length = this.#ends.length;
    for (let i = this.#ends.length; i < operands.length; i++) this.#push(operands[i]!, context.registry);
  }
  #push(type: ValTypeCode, registry: TypeRegistry): void {
    const start = this.height;
    const end = start + (type === ValType.v128 ? 4 : 2);
    this.#nodes.push(isCounted(type, registry) ? this.#maps.push(this.map, start) : this.map);
    this.#ends.push(end);
    if (end > this.highest) this.highest = end;
  }
}
