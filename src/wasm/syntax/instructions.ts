/**
 * The instruction set as one table: name, opcode, immediates (spec: Structure / Instructions and
 * Binary Format / Instructions). Decoder, encoder, printer, validator and everything that edits modules
 * read this table; an instruction that is not here is refused as unsupported or malformed.
 *
 * Opcodes are the binary format's, with a prefix folded in: 0xFB xx is 0x100 + xx, 0xFC xx is 0x200 + xx,
 * 0xFD xx is 0x300 + xx. Bodies are flat, as in the binary format: `block`, `loop`, `if`, `try_table` are
 * closed by `end`, and the `end` of a function or constant expression itself is left out.
 */
import type { HeapType, ValType } from './types.ts';

export type BlockType =
  | { readonly kind: 'empty' }
  | { readonly kind: 'value'; readonly type: ValType }
  | { readonly kind: 'type'; readonly index: number };

/** A clause of `try_table`; `tag` is absent for the `catch_all` forms. */
export type Catch =
  | { readonly kind: 'catch' | 'catch_ref'; readonly tag: number; readonly label: number }
  | { readonly kind: 'catch_all' | 'catch_all_ref'; readonly label: number };

/** What each kind of immediate adds to an instruction. */
export interface ImmediateFields {
  blockType: { readonly blockType: BlockType };
  catches: { readonly catches: readonly Catch[] };
  label: { readonly label: number };
  /** `br_table`: the last label is the default. */
  labels: { readonly labels: readonly number[] };
  func: { readonly func: number };
  type: { readonly type: number };
  sourceType: { readonly sourceType: number };
  field: { readonly field: number };
  length: { readonly length: number };
  table: { readonly table: number };
  sourceTable: { readonly sourceTable: number };
  local: { readonly local: number };
  global: { readonly global: number };
  memory: { readonly memory: number };
  sourceMemory: { readonly sourceMemory: number };
  data: { readonly data: number };
  elem: { readonly elem: number };
  tag: { readonly tag: number };
  /** Types of an annotated `select`. */
  types: { readonly types: readonly ValType[] };
  /** `align` is the exponent of 2; `offset` is a u32. */
  memArg: { readonly align: number; readonly offset: number; readonly memory: number };
  lane: { readonly lane: number };
  heapType: { readonly heapType: HeapType };
  /** `br_on_cast` and `br_on_cast_fail`. */
  cast: { readonly from: ValType; readonly to: ValType };
  /** Signed 32 bits. */
  i32: { readonly value: number };
  /** Signed 64 bits. */
  i64: { readonly value: bigint };
  /** The unsigned bit pattern. */
  f32: { readonly bits: number };
  /** The unsigned bit pattern. */
  f64: { readonly bits: bigint };
  /** The unsigned bit pattern of the 16 bytes, little endian. */
  v128: { readonly bits: bigint };
}
export type ImmediateKind = keyof ImmediateFields;

/** Rows are `[opcode, ...immediates in binary order]`. */
export const instructionTable = {
  unreachable: [0x00],
  nop: [0x01],
  block: [0x02, 'blockType'],
  loop: [0x03, 'blockType'],
  if: [0x04, 'blockType'],
  else: [0x05],
  throw: [0x08, 'tag'],
  throw_ref: [0x0a],
  end: [0x0b],
  br: [0x0c, 'label'],
  br_if: [0x0d, 'label'],
  br_table: [0x0e, 'labels'],
  return: [0x0f],
  call: [0x10, 'func'],
  call_indirect: [0x11, 'type', 'table'],
  return_call: [0x12, 'func'],
  return_call_indirect: [0x13, 'type', 'table'],
  call_ref: [0x14, 'type'],
  return_call_ref: [0x15, 'type'],
  drop: [0x1a],
  select: [0x1b],
  'select t': [0x1c, 'types'],
  try_table: [0x1f, 'blockType', 'catches'],
  'local.get': [0x20, 'local'],
  'local.set': [0x21, 'local'],
  'local.tee': [0x22, 'local'],
  'global.get': [0x23, 'global'],
  'global.set': [0x24, 'global'],
  'table.get': [0x25, 'table'],
  'table.set': [0x26, 'table'],
  'i32.load': [0x28, 'memArg'],
  'i64.load': [0x29, 'memArg'],
  'f32.load': [0x2a, 'memArg'],
  'f64.load': [0x2b, 'memArg'],
  'i32.load8_s': [0x2c, 'memArg'],
  'i32.load8_u': [0x2d, 'memArg'],
  'i32.load16_s': [0x2e, 'memArg'],
  'i32.load16_u': [0x2f, 'memArg'],
  'i64.load8_s': [0x30, 'memArg'],
  'i64.load8_u': [0x31, 'memArg'],
  'i64.load16_s': [0x32, 'memArg'],
  'i64.load16_u': [0x33, 'memArg'],
  'i64.load32_s': [0x34, 'memArg'],
  'i64.load32_u': [0x35, 'memArg'],
  'i32.store': [0x36, 'memArg'],
  'i64.store': [0x37, 'memArg'],
  'f32.store': [0x38, 'memArg'],
  'f64.store': [0x39, 'memArg'],
  'i32.store8': [0x3a, 'memArg'],
  'i32.store16': [0x3b, 'memArg'],
  'i64.store8': [0x3c, 'memArg'],
  'i64.store16': [0x3d, 'memArg'],
  'i64.store32': [0x3e, 'memArg'],
  'memory.size': [0x3f, 'memory'],
  'memory.grow': [0x40, 'memory'],
  'i32.const': [0x41, 'i32'],
  'i64.const': [0x42, 'i64'],
  'f32.const': [0x43, 'f32'],
  'f64.const': [0x44, 'f64'],
  'i32.eqz': [0x45],
  'i32.eq': [0x46],
  'i32.ne': [0x47],
  'i32.lt_s': [0x48],
  'i32.lt_u': [0x49],
  'i32.gt_s': [0x4a],
  'i32.gt_u': [0x4b],
  'i32.le_s': [0x4c],
  'i32.le_u': [0x4d],
  'i32.ge_s': [0x4e],
  'i32.ge_u': [0x4f],
  'i64.eqz': [0x50],
  'i64.eq': [0x51],
  'i64.ne': [0x52],
  'i64.lt_s': [0x53],
  'i64.lt_u': [0x54],
  'i64.gt_s': [0x55],
  'i64.gt_u': [0x56],
  'i64.le_s': [0x57],
  'i64.le_u': [0x58],
  'i64.ge_s': [0x59],
  'i64.ge_u': [0x5a],
  'f32.eq': [0x5b],
  'f32.ne': [0x5c],
  'f32.lt': [0x5d],
  'f32.gt': [0x5e],
  'f32.le': [0x5f],
  'f32.ge': [0x60],
  'f64.eq': [0x61],
  'f64.ne': [0x62],
  'f64.lt': [0x63],
  'f64.gt': [0x64],
  'f64.le': [0x65],
  'f64.ge': [0x66],
  'i32.clz': [0x67],
  'i32.ctz': [0x68],
  'i32.popcnt': [0x69],
  'i32.add': [0x6a],
  'i32.sub': [0x6b],
  'i32.mul': [0x6c],
  'i32.div_s': [0x6d],
  'i32.div_u': [0x6e],
  'i32.rem_s': [0x6f],
  'i32.rem_u': [0x70],
  'i32.and': [0x71],
  'i32.or': [0x72],
  'i32.xor': [0x73],
  'i32.shl': [0x74],
  'i32.shr_s': [0x75],
  'i32.shr_u': [0x76],
  'i32.rotl': [0x77],
  'i32.rotr': [0x78],
  'i64.clz': [0x79],
  'i64.ctz': [0x7a],
  'i64.popcnt': [0x7b],
  'i64.add': [0x7c],
  'i64.sub': [0x7d],
  'i64.mul': [0x7e],
  'i64.div_s': [0x7f],
  'i64.div_u': [0x80],
  'i64.rem_s': [0x81],
  'i64.rem_u': [0x82],
  'i64.and': [0x83],
  'i64.or': [0x84],
  'i64.xor': [0x85],
  'i64.shl': [0x86],
  'i64.shr_s': [0x87],
  'i64.shr_u': [0x88],
  'i64.rotl': [0x89],
  'i64.rotr': [0x8a],
  'f32.abs': [0x8b],
  'f32.neg': [0x8c],
  'f32.ceil': [0x8d],
  'f32.floor': [0x8e],
  'f32.trunc': [0x8f],
  'f32.nearest': [0x90],
  'f32.sqrt': [0x91],
  'f32.add': [0x92],
  'f32.sub': [0x93],
  'f32.mul': [0x94],
  'f32.div': [0x95],
  'f32.min': [0x96],
  'f32.max': [0x97],
  'f32.copysign': [0x98],
  'f64.abs': [0x99],
  'f64.neg': [0x9a],
  'f64.ceil': [0x9b],
  'f64.floor': [0x9c],
  'f64.trunc': [0x9d],
  'f64.nearest': [0x9e],
  'f64.sqrt': [0x9f],
  'f64.add': [0xa0],
  'f64.sub': [0xa1],
  'f64.mul': [0xa2],
  'f64.div': [0xa3],
  'f64.min': [0xa4],
  'f64.max': [0xa5],
  'f64.copysign': [0xa6],
  'i32.wrap_i64': [0xa7],
  'i32.trunc_f32_s': [0xa8],
  'i32.trunc_f32_u': [0xa9],
  'i32.trunc_f64_s': [0xaa],
  'i32.trunc_f64_u': [0xab],
  'i64.extend_i32_s': [0xac],
  'i64.extend_i32_u': [0xad],
  'i64.trunc_f32_s': [0xae],
  'i64.trunc_f32_u': [0xaf],
  'i64.trunc_f64_s': [0xb0],
  'i64.trunc_f64_u': [0xb1],
  'f32.convert_i32_s': [0xb2],
  'f32.convert_i32_u': [0xb3],
  'f32.convert_i64_s': [0xb4],
  'f32.convert_i64_u': [0xb5],
  'f32.demote_f64': [0xb6],
  'f64.convert_i32_s': [0xb7],
  'f64.convert_i32_u': [0xb8],
  'f64.convert_i64_s': [0xb9],
  'f64.convert_i64_u': [0xba],
  'f64.promote_f32': [0xbb],
  'i32.reinterpret_f32': [0xbc],
  'i64.reinterpret_f64': [0xbd],
  'f32.reinterpret_i32': [0xbe],
  'f64.reinterpret_i64': [0xbf],
  'i32.extend8_s': [0xc0],
  'i32.extend16_s': [0xc1],
  'i64.extend8_s': [0xc2],
  'i64.extend16_s': [0xc3],
  'i64.extend32_s': [0xc4],
  'ref.null': [0xd0, 'heapType'],
  'ref.is_null': [0xd1],
  'ref.func': [0xd2, 'func'],
  'ref.eq': [0xd3],
  'ref.as_non_null': [0xd4],
  br_on_null: [0xd5, 'label'],
  br_on_non_null: [0xd6, 'label'],
  'struct.new': [0x100, 'type'],
  'struct.new_default': [0x101, 'type'],
  'struct.get': [0x102, 'type', 'field'],
  'struct.get_s': [0x103, 'type', 'field'],
  'struct.get_u': [0x104, 'type', 'field'],
  'struct.set': [0x105, 'type', 'field'],
  'array.new': [0x106, 'type'],
  'array.new_default': [0x107, 'type'],
  'array.new_fixed': [0x108, 'type', 'length'],
  'array.new_data': [0x109, 'type', 'data'],
  'array.new_elem': [0x10a, 'type', 'elem'],
  'array.get': [0x10b, 'type'],
  'array.get_s': [0x10c, 'type'],
  'array.get_u': [0x10d, 'type'],
  'array.set': [0x10e, 'type'],
  'array.len': [0x10f],
  'array.fill': [0x110, 'type'],
  'array.copy': [0x111, 'type', 'sourceType'],
  'array.init_data': [0x112, 'type', 'data'],
  'array.init_elem': [0x113, 'type', 'elem'],
  'ref.test': [0x114, 'heapType'],
  'ref.test null': [0x115, 'heapType'],
  'ref.cast': [0x116, 'heapType'],
  'ref.cast null': [0x117, 'heapType'],
  br_on_cast: [0x118, 'label', 'cast'],
  br_on_cast_fail: [0x119, 'label', 'cast'],
  'any.convert_extern': [0x11a],
  'extern.convert_any': [0x11b],
  'ref.i31': [0x11c],
  'i31.get_s': [0x11d],
  'i31.get_u': [0x11e],
  'i32.trunc_sat_f32_s': [0x200],
  'i32.trunc_sat_f32_u': [0x201],
  'i32.trunc_sat_f64_s': [0x202],
  'i32.trunc_sat_f64_u': [0x203],
  'i64.trunc_sat_f32_s': [0x204],
  'i64.trunc_sat_f32_u': [0x205],
  'i64.trunc_sat_f64_s': [0x206],
  'i64.trunc_sat_f64_u': [0x207],
  'memory.init': [0x208, 'data', 'memory'],
  'data.drop': [0x209, 'data'],
  'memory.copy': [0x20a, 'memory', 'sourceMemory'],
  'memory.fill': [0x20b, 'memory'],
  'table.init': [0x20c, 'elem', 'table'],
  'elem.drop': [0x20d, 'elem'],
  'table.copy': [0x20e, 'table', 'sourceTable'],
  'table.grow': [0x20f, 'table'],
  'table.size': [0x210, 'table'],
  'table.fill': [0x211, 'table'],
  'v128.load': [0x300, 'memArg'],
  'v128.load8x8_s': [0x301, 'memArg'],
  'v128.load8x8_u': [0x302, 'memArg'],
  'v128.load16x4_s': [0x303, 'memArg'],
  'v128.load16x4_u': [0x304, 'memArg'],
  'v128.load32x2_s': [0x305, 'memArg'],
  'v128.load32x2_u': [0x306, 'memArg'],
  'v128.load8_splat': [0x307, 'memArg'],
  'v128.load16_splat': [0x308, 'memArg'],
  'v128.load32_splat': [0x309, 'memArg'],
  'v128.load64_splat': [0x30a, 'memArg'],
  'v128.store': [0x30b, 'memArg'],
  'v128.const': [0x30c, 'v128'],
  'v128.load8_lane': [0x354, 'memArg', 'lane'],
  'v128.load16_lane': [0x355, 'memArg', 'lane'],
  'v128.load32_lane': [0x356, 'memArg', 'lane'],
  'v128.load64_lane': [0x357, 'memArg', 'lane'],
  'v128.store8_lane': [0x358, 'memArg', 'lane'],
  'v128.store16_lane': [0x359, 'memArg', 'lane'],
  'v128.store32_lane': [0x35a, 'memArg', 'lane'],
  'v128.store64_lane': [0x35b, 'memArg', 'lane'],
  'v128.load32_zero': [0x35c, 'memArg'],
  'v128.load64_zero': [0x35d, 'memArg'],
} as const satisfies Record<string, readonly [opcode: number, ...immediates: ImmediateKind[]]>;

type Table = typeof instructionTable;
/** The text format's name. `select t` is the annotated form, `ref.test null` the nullable one. */
export type InstructionName = keyof Table;
export type Opcode = Table[InstructionName][0];

type KindsOf<Row> = Row extends readonly [number, ...infer Kinds extends ImmediateKind[]] ? Kinds[number] : never;
type Intersect<Union> = (Union extends unknown ? (u: Union) => void : never) extends (i: infer I) => void ? I : never;
type Fields<Kinds extends ImmediateKind> = [Kinds] extends [never] ? unknown : Intersect<ImmediateFields[Kinds]>;

/** The instruction of that name: its opcode as `op`, its immediates as named fields. */
export type InstructionNamed<Name extends InstructionName> = { readonly op: Table[Name][0] } & Fields<
  KindsOf<Table[Name]>
>;
export type Instruction = { [Name in InstructionName]: InstructionNamed<Name> }[InstructionName];

/** A constant expression or function body, without its final `end`. */
export type Expr = readonly Instruction[];

/** Opcode by name. */
export const Op = Object.fromEntries(
  Object.entries(instructionTable).map(([name, row]) => [name, row[0]]),
) as { readonly [Name in InstructionName]: Table[Name][0] };

/** One past the largest opcode: the size of a table indexed by opcode. */
export const OPCODE_LIMIT = 0x400;

const names: (InstructionName | undefined)[] = new Array(OPCODE_LIMIT).fill(undefined);
const immediates: (readonly ImmediateKind[] | undefined)[] = new Array(OPCODE_LIMIT).fill(undefined);
for (const [name, [opcode, ...kinds]] of Object.entries(instructionTable)) {
  names[opcode] = name as InstructionName;
  immediates[opcode] = kinds;
}

/** The name of an opcode, or undefined when the table has no such instruction. */
export function instructionName(opcode: number): InstructionName | undefined {
  return names[opcode];
}
/** The kinds of immediates of an opcode in binary order, or undefined when there is no such instruction. */
export function immediateKinds(opcode: number): readonly ImmediateKind[] | undefined {
  return immediates[opcode];
}
