/**
 * Which instructions a constant expression may have (spec: Validation / Instructions / Constant Expressions).
 */
import type { Instruction, InstructionName } from '../syntax/instructions.ts';
import { OPCODE_LIMIT, Op } from '../syntax/instructions.ts';
import type { TypingState } from './typing-state.ts';

const CONSTANT_NAMES: readonly InstructionName[] = [
  ...(['i32.const', 'i64.const', 'f32.const', 'f64.const', 'v128.const'] as const),
  ...(['i32.add', 'i32.sub', 'i32.mul', 'i64.add', 'i64.sub', 'i64.mul'] as const),
  ...(['ref.null', 'ref.func', 'ref.i31', 'global.get'] as const),
  ...(['struct.new', 'struct.new_default', 'array.new', 'array.new_default', 'array.new_fixed'] as const),
  ...(['any.convert_extern', 'extern.convert_any'] as const),
];
const constant = new Uint8Array(OPCODE_LIMIT);
for (const name of CONSTANT_NAMES) constant[Op[name]] = 1;

/** Checks that an instruction is constant, besides what its own rule says. */
export function constantRule(state: TypingState, instruction: Instruction): void {
  if (constant[instruction.op] === 0) throw state.error('constant expression required');
  if (instruction.op === 0x23 /* global.get */ && state.context.globals[instruction.global]?.mutable) {
    throw state.error('constant expression required: the global is mutable');
  }
}
