/** Code of constants, conversions, arithmetic, loads and stores. */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import { code } from './code.ts';
import type { CodeBuilder } from './code-builder.ts';
import type { Emitter } from './emitter.ts';

/** Instructions that leave the bits of their operand as they are, so that no code is needed. */
const KEEPS_BITS: ReadonlySet<number> = new Set([
  0x01, // nop
  0xa7, // i32.wrap_i64
  0xbc, // i32.reinterpret_f32
  0xbd, // i64.reinterpret_f64
  0xbe, // f32.reinterpret_i32
  0xbf, // f64.reinterpret_i64
]);
/** Instructions that do as another does: floats move as integers, and some stores ignore the upper word. */
const SAME_CODE: ReadonlyMap<number, number> = new Map([
  [0x2a, 0x28], // f32.load as i32.load
  [0x2b, 0x29], // f64.load as i64.load
  [0x38, 0x36], // f32.store as i32.store
  [0x39, 0x37], // f64.store as i64.store
  [0x3c, 0x3a], // i64.store8 as i32.store8
  [0x3d, 0x3b], // i64.store16 as i32.store16
  [0x3e, 0x36], // i64.store32 as i32.store
  [0xac, 0xc4], // i64.extend_i32_s as i64.extend32_s
]);
const FIRST_SATURATING = 0x200;
const FIRST_VECTOR = 0x300;

type MemoryAccess = Extract<Instruction, { readonly offset: number }>;

/** Constants, and everything without immediates below the first prefix. */
export function emitNumeric({ emitter }: CodeBuilder, instruction: Instruction): void {
  switch (instruction.op) {
    case 0x41: // i32.const
      emitter.emit2(code['i32.const'], instruction.value);
      return;
    case 0x43: // f32.const
      emitter.emit2(code['i32.const'], instruction.bits | 0);
      return;
    case 0x42: // i64.const
      emitPair(emitter, code['i64.const'], instruction.value);
      return;
    case 0x44: // f64.const
      emitPair(emitter, code['i64.const'], instruction.bits);
      return;
    case 0x30c: // v128.const
      emitPair(emitter, code['v128.const'], instruction.bits);
      emitWords(emitter, instruction.bits >> 64n);
      return;
    default:
      if (instruction.op >= FIRST_SATURATING) emitter.emit(code['i32.trunc_sat_f32_s'] + instruction.op - FIRST_SATURATING);
      else if (!KEEPS_BITS.has(instruction.op)) emitter.emit(SAME_CODE.get(instruction.op) ?? instruction.op);
  }
}

/** Loads and stores. */
export function emitMemoryAccess({ emitter }: CodeBuilder, instruction: MemoryAccess): void {
  const { op, offset, memory } = instruction;
  if (op >= FIRST_VECTOR) {
    emitter.emit3(code['v128.memory'], op, offset | 0);
    emitter.emit2(memory, 'lane' in instruction ? instruction.lane : 0);
  } else {
    emitter.emit3(SAME_CODE.get(op) ?? op, offset | 0, memory);
  }
}

function emitPair(emitter: Emitter, opcode: number, bits: bigint): void {
  emitter.emit(opcode);
  emitWords(emitter, bits);
}
function emitWords(emitter: Emitter, bits: bigint): void {
  emitter.emit2(Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n)));
}
