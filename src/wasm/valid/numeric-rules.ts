/**
 * Rules of instructions whose type depends on nothing: constants and numeric instructions
 * (spec: Validation / Instructions / Numeric Instructions), as a table by opcode.
 */
import type { Instruction, InstructionName } from '../syntax/instructions.ts';
import { OPCODE_LIMIT, Op } from '../syntax/instructions.ts';
import { ValType } from '../syntax/types.ts';
import type { Signature, TypingState } from './typing-state.ts';

const { i32, i64, f32, f64, v128 } = ValType;

const table: (Signature | undefined)[] = new Array(OPCODE_LIMIT).fill(undefined);

/** Enters all instructions from one name to the other, which are neighbours by opcode. */
function enter(first: InstructionName, last: InstructionName, params: readonly ValType[], result: ValType): void {
  const signature: Signature = { params, results: [result] };
  for (let opcode: number = Op[first]; opcode <= Op[last]; opcode++) table[opcode] = signature;
}

enter('i32.const', 'i32.const', [], i32);
enter('i64.const', 'i64.const', [], i64);
enter('f32.const', 'f32.const', [], f32);
enter('f64.const', 'f64.const', [], f64);
enter('v128.const', 'v128.const', [], v128);

enter('i32.eqz', 'i32.eqz', [i32], i32);
enter('i32.eq', 'i32.ge_u', [i32, i32], i32);
enter('i64.eqz', 'i64.eqz', [i64], i32);
enter('i64.eq', 'i64.ge_u', [i64, i64], i32);
enter('f32.eq', 'f32.ge', [f32, f32], i32);
enter('f64.eq', 'f64.ge', [f64, f64], i32);

enter('i32.clz', 'i32.popcnt', [i32], i32);
enter('i32.add', 'i32.rotr', [i32, i32], i32);
enter('i64.clz', 'i64.popcnt', [i64], i64);
enter('i64.add', 'i64.rotr', [i64, i64], i64);
enter('f32.abs', 'f32.sqrt', [f32], f32);
enter('f32.add', 'f32.copysign', [f32, f32], f32);
enter('f64.abs', 'f64.sqrt', [f64], f64);
enter('f64.add', 'f64.copysign', [f64, f64], f64);

enter('i32.wrap_i64', 'i32.wrap_i64', [i64], i32);
enter('i32.trunc_f32_s', 'i32.trunc_f32_u', [f32], i32);
enter('i32.trunc_f64_s', 'i32.trunc_f64_u', [f64], i32);
enter('i64.extend_i32_s', 'i64.extend_i32_u', [i32], i64);
enter('i64.trunc_f32_s', 'i64.trunc_f32_u', [f32], i64);
enter('i64.trunc_f64_s', 'i64.trunc_f64_u', [f64], i64);
enter('f32.convert_i32_s', 'f32.convert_i32_u', [i32], f32);
enter('f32.convert_i64_s', 'f32.convert_i64_u', [i64], f32);
enter('f32.demote_f64', 'f32.demote_f64', [f64], f32);
enter('f64.convert_i32_s', 'f64.convert_i32_u', [i32], f64);
enter('f64.convert_i64_s', 'f64.convert_i64_u', [i64], f64);
enter('f64.promote_f32', 'f64.promote_f32', [f32], f64);
enter('i32.reinterpret_f32', 'i32.reinterpret_f32', [f32], i32);
enter('i64.reinterpret_f64', 'i64.reinterpret_f64', [f64], i64);
enter('f32.reinterpret_i32', 'f32.reinterpret_i32', [i32], f32);
enter('f64.reinterpret_i64', 'f64.reinterpret_i64', [i64], f64);
enter('i32.extend8_s', 'i32.extend16_s', [i32], i32);
enter('i64.extend8_s', 'i64.extend32_s', [i64], i64);
enter('i32.trunc_sat_f32_s', 'i32.trunc_sat_f32_u', [f32], i32);
enter('i32.trunc_sat_f64_s', 'i32.trunc_sat_f64_u', [f64], i32);
enter('i64.trunc_sat_f32_s', 'i64.trunc_sat_f32_u', [f32], i64);
enter('i64.trunc_sat_f64_s', 'i64.trunc_sat_f64_u', [f64], i64);

export function numericRule(state: TypingState, instruction: Instruction): void {
  const signature = table[instruction.op];
  if (signature === undefined) throw state.error('not a numeric instruction');
  state.apply(signature);
}

/** What a numeric or constant instruction takes and leaves; undefined for all others. */
export function numericSignature(opcode: number): Signature | undefined {
  return table[opcode];
}
