/**
 * Rules of loads and stores (spec: Validation / Instructions / Memory Instructions), as a table by opcode.
 */
import type { Instruction, InstructionName } from '../syntax/instructions.ts';
import { OPCODE_LIMIT, Op } from '../syntax/instructions.ts';
import { ValType } from '../syntax/types.ts';
import type { Signature, TypingState } from './typing-state.ts';

const { i32, i64, f32, f64, v128 } = ValType;

interface MemoryAccess {
  readonly signature: Signature;
  /** Largest alignment: the exponent of the number of bytes accessed. */
  readonly maxAlign: number;
  /** Number of lanes to choose from, if the instruction accesses one lane. */
  readonly lanes: number | undefined;
}

const table: (MemoryAccess | undefined)[] = new Array(OPCODE_LIMIT).fill(undefined);

type Alignments = { readonly [Name in InstructionName]?: number };

function enter(signature: Signature, lanes: boolean, maxAligns: Alignments): void {
  for (const [name, maxAlign] of Object.entries(maxAligns)) {
    table[Op[name as InstructionName]] = { signature, maxAlign, lanes: lanes ? 16 >> maxAlign : undefined };
  }
}
function load(type: ValType, maxAligns: Alignments): void {
  enter({ params: [i32], results: [type] }, false, maxAligns);
}
function store(type: ValType, maxAligns: Alignments): void {
  enter({ params: [i32, type], results: [] }, false, maxAligns);
}

load(i32, { 'i32.load': 2, 'i32.load8_s': 0, 'i32.load8_u': 0, 'i32.load16_s': 1, 'i32.load16_u': 1 });
load(i64, { 'i64.load': 3, 'i64.load8_s': 0, 'i64.load8_u': 0, 'i64.load16_s': 1, 'i64.load16_u': 1 });
load(i64, { 'i64.load32_s': 2, 'i64.load32_u': 2 });
load(f32, { 'f32.load': 2 });
load(f64, { 'f64.load': 3 });
store(i32, { 'i32.store': 2, 'i32.store8': 0, 'i32.store16': 1 });
store(i64, { 'i64.store': 3, 'i64.store8': 0, 'i64.store16': 1, 'i64.store32': 2 });
store(f32, { 'f32.store': 2 });
store(f64, { 'f64.store': 3 });

load(v128, { 'v128.load': 4, 'v128.load8x8_s': 3, 'v128.load8x8_u': 3, 'v128.load16x4_s': 3, 'v128.load16x4_u': 3 });
load(v128, { 'v128.load32x2_s': 3, 'v128.load32x2_u': 3, 'v128.load32_zero': 2, 'v128.load64_zero': 3 });
load(v128, { 'v128.load8_splat': 0, 'v128.load16_splat': 1, 'v128.load32_splat': 2, 'v128.load64_splat': 3 });
store(v128, { 'v128.store': 4 });
enter({ params: [i32, v128], results: [v128] }, true, {
  'v128.load8_lane': 0,
  'v128.load16_lane': 1,
  'v128.load32_lane': 2,
  'v128.load64_lane': 3,
});
enter({ params: [i32, v128], results: [] }, true, {
  'v128.store8_lane': 0,
  'v128.store16_lane': 1,
  'v128.store32_lane': 2,
  'v128.store64_lane': 3,
});

/** Spec: Validation / Instructions / Memory Arguments. */
export function memoryRule(state: TypingState, instruction: Instruction): void {
  const access = table[instruction.op];
  if (access === undefined || !('align' in instruction)) throw state.error('not a load or store');
  if (instruction.memory >= state.context.memories.length) throw state.error(`unknown memory ${instruction.memory}`);
  if (instruction.align > access.maxAlign) throw state.error('alignment must not be larger than natural');
  if (instruction.offset > 0xffff_ffff) throw state.error('offset out of range');
  if (access.lanes !== undefined && 'lane' in instruction && instruction.lane >= access.lanes) {
    throw state.error('invalid lane index');
  }
  state.apply(access.signature);
}
