/**
 * What the text of a function says of a frame that stands at one of its instructions: where its operands come from, and which
 * blocks it is in. Compilers lose references in stack maps by how a value came about; an interpreter has no such values, so the
 * planted bugs go by the instruction that pushed the operand. Validation is run again to find it.
 */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { ValType } from '#wasm/syntax/types.ts';
import { FunctionValidator } from '#wasm/valid/function-validator.ts';
import type { CompiledFunction } from '#runtime/compile/compiled.ts';
import { instructionAt } from '#runtime/compile/compiled.ts';
import type { WasmFunction } from '#runtime/function.ts';

export interface Block {
  /** Opcode that opened it, or that of `else`. */
  readonly opcode: number;
  /** Index of the instruction that opened it. */
  readonly start: number;
}

export interface Origin {
  /** Opcode of the instruction that pushed the operand. */
  readonly opcode: number;
  /** The block that this instruction opened or closed. */
  readonly block: Block | undefined;
}

export interface Moment {
  /** Index of the instruction under way. */
  readonly index: number;
  /** Of the operands that its stack map may list, by their locations in words from the frame pointer. */
  readonly origins: ReadonlyMap<number, Origin>;
  /** Open blocks, outermost first. */
  readonly blocks: readonly Block[];
}

/** Their stack maps tell of the stack as it is afterwards: operands are gone, and what lies there instead is new. */
const MAPPED_AFTERWARDS: ReadonlySet<number> = new Set<Instruction['op']>([
  Op.call,
  Op.call_indirect,
  Op.call_ref,
  Op.return_call,
  Op.return_call_indirect,
  Op.return_call_ref,
  Op['global.get'],
  Op['table.get'],
  Op['struct.get'],
  Op['array.get'],
]);

const moments = new WeakMap<CompiledFunction, Map<number, Moment>>();

/** @param pc as the frame keeps it */
export function momentAt({ code, instance }: WasmFunction, pc: number): Moment {
  let known = moments.get(code);
  if (known === undefined) moments.set(code, (known = new Map()));
  const index = pc === code.entry ? -1 : instructionAt(code, pc);
  let moment = known.get(index);
  if (moment === undefined) known.set(index, (moment = findMoment(code, instance, index)));
  return moment;
}

function findMoment(code: CompiledFunction, { compiled }: WasmFunction['instance'], index: number): Moment {
  const { role, expr } = code;
  if (role.kind !== 'function') return { index, origins: new Map(), blocks: [] };
  const { context } = compiled;
  const validator = new FunctionValidator(context);
  validator.beginFunction(role.index, context.module.functions[role.index - context.imported.func]!);
  const pushed: Origin[] = [];
  const blocks: Block[] = [];
  for (let i = 0; i < index; i++) {
    const instruction = expr[i]!;
    validator.step(instruction);
    const block = stepBlocks(blocks, instruction.op, i);
    pushed.length = Math.min(pushed.length, validator.untouched);
    while (pushed.length < validator.operands.length) pushed.push({ opcode: instruction.op, block });
  }
  const origins = new Map<number, Origin>();
  let location = code.localWords;
  const locations = validator.operands.map((type) => {
    const at = location;
    location += type === ValType.v128 ? 4 : 2;
    return at;
  });
  const next = expr[index];
  if (next !== undefined && MAPPED_AFTERWARDS.has(next.op)) {
    validator.step(next);
    pushed.length = Math.min(pushed.length, validator.untouched);
  }
  pushed.forEach((origin, i) => origins.set(locations[i]!, origin));
  return { index, origins, blocks };
}

/** @returns the block that the instruction opens or closes */
function stepBlocks(blocks: Block[], opcode: number, index: number): Block | undefined {
  switch (opcode) {
    case Op.block:
    case Op.loop:
    case Op.if:
    case Op.try_table:
      blocks.push({ opcode, start: index });
      return blocks.at(-1);
    case Op.else:
      blocks.push({ opcode, start: blocks.pop()!.start });
      return blocks.at(-1);
    case Op.end:
      return blocks.pop();
    default:
      return undefined;
  }
}
