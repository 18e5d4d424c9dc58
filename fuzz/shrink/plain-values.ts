/** Instructions that do nothing but put a value on the stack: they can be left out, repeated and moved. */
import type { Instruction, InstructionName } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';

const NAMES: readonly InstructionName[] = [
  'local.get',
  'global.get',
  'i32.const',
  'i64.const',
  'f32.const',
  'f64.const',
  'v128.const',
  'ref.null',
  'ref.func',
];
const OPCODES: ReadonlySet<number> = new Set(NAMES.map((name) => Op[name]));

export function isPlainValue({ op }: Instruction): boolean {
  return OPCODES.has(op);
}
