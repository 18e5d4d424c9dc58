/**
 * The internal instruction set: what the compiler emits and the interpreter executes.
 *
 * Code is an array of 32-bit words. Where an instruction means the same as in WebAssembly it keeps its
 * opcode; the others are instructions that were split by the kind of slot they touch, so that no type is
 * looked up at run time. Operands follow the opcode as listed. Words that are locations on the stack count
 * 32-bit words from the frame pointer; a value takes two words, a v128 four.
 *
 * The last operand of an instruction that can be a safe point is its stack map, so that the map of a frame
 * whose `pc` points behind the instruction is the word before it. Calls carry two maps: while the callee
 * runs (arguments gone), and, one word earlier, after the results have arrived.
 */
export const code = {
  unreachable: 0x00,
  /** tag, map */
  throw: 0x08,
  throw_ref: 0x0a,
  /** target pc */
  br: 0x0c,
  /** target pc */
  br_if: 0x0d,
  /** number of labels without the default, then for each: target pc, words, destination */
  br_table: 0x0e,
  /** words of results */
  return: 0x0f,
  /** function, map after, map during */
  call: 0x10,
  /** type id, table, map after, map during */
  call_indirect: 0x11,
  /** function, map after, map during */
  return_call: 0x12,
  /** type id, table, map after, map during */
  return_call_indirect: 0x13,
  /** map after, map during */
  call_ref: 0x14,
  /** map after, map during */
  return_call_ref: 0x15,
  drop: 0x1a,
  select: 0x1b,
  /** location; 32 bits of number, function or reference */
  'local.get': 0x20,
  'local.set': 0x21,
  'local.tee': 0x22,
  /** global */
  'global.get': 0x23,
  'global.set': 0x24,
  /** table */
  'table.get': 0x25,
  'table.set': 0x26,
  /* 0x28 to 0x3e: loads and stores: offset, memory */
  /** memory */
  'memory.size': 0x3f,
  'memory.grow': 0x40,
  /** value */
  'i32.const': 0x41,
  /** low word, high word */
  'i64.const': 0x42,
  /* 0x45 to 0xc4: numeric instructions, no operands */

  /** target pc, words, destination */
  br_move: 0xc5,
  br_if_move: 0xc6,
  /** target pc: `if` jumps when its condition is zero */
  br_unless: 0xc7,
  /** target pc, words, destination */
  br_on_null: 0xc8,
  br_on_non_null: 0xc9,
  /** target pc, words, destination, heap type, test flags (see `reference-ops.ts`) */
  br_on_cast: 0xca,
  br_on_cast_fail: 0xcb,
  drop128: 0xcc,
  select128: 0xcd,
  /** location */
  'local.get64': 0xce,
  'local.get128': 0xcf,
  'local.set64': 0xd0,
  'local.set128': 0xd1,
  /** function */
  'ref.func': 0xd2,
  'local.tee64': 0xd3,
  'ref.as_non_null': 0xd4,
  'local.tee128': 0xd5,
  /** global */
  'global.get64': 0xd6,
  'global.get128': 0xd7,
  /** global, map */
  'global.get ref': 0xd8,
  /** global */
  'global.set64': 0xd9,
  'global.set128': 0xda,
  'global.set ref': 0xdb,
  /** table, map */
  'table.get ref': 0xdc,
  /** table */
  'table.set ref': 0xdd,
  /** four words */
  'v128.const': 0xde,
  /** WebAssembly opcode, offset, memory, lane */
  'v128.memory': 0xdf,

  /** type id, map */
  'struct.new': 0xe0,
  'struct.new_default': 0xe1,
  /** offset */
  'struct.get i8_s': 0xe2,
  'struct.get i8_u': 0xe3,
  'struct.get i16_s': 0xe4,
  'struct.get i16_u': 0xe5,
  'struct.get w32': 0xe6,
  'struct.get w64': 0xe7,
  'struct.get w128': 0xe8,
  'struct.get func': 0xe9,
  /** offset, map */
  'struct.get ref': 0xea,
  /** offset */
  'struct.set i8': 0xeb,
  'struct.set i16': 0xec,
  'struct.set w32': 0xed,
  'struct.set w64': 0xee,
  'struct.set w128': 0xef,
  'struct.set func': 0xf0,
  'struct.set ref': 0xf1,
  /** type id, map */
  'array.new': 0xf2,
  'array.new_default': 0xf3,
  /** type id, length, map */
  'array.new_fixed': 0xf4,
  /** type id, segment, map */
  'array.new_data': 0xf5,
  'array.new_elem': 0xf6,
  'array.get i8_s': 0xf7,
  'array.get i8_u': 0xf8,
  'array.get i16_s': 0xf9,
  'array.get i16_u': 0xfa,
  'array.get w32': 0xfb,
  'array.get w64': 0xfc,
  'array.get w128': 0xfd,
  'array.get func': 0xfe,
  /** map */
  'array.get ref': 0xff,
  'array.set i8': 0x100,
  'array.set i16': 0x101,
  'array.set w32': 0x102,
  'array.set w64': 0x103,
  'array.set w128': 0x104,
  'array.set func': 0x105,
  'array.set ref': 0x106,
  'array.len': 0x107,
  /** type id */
  'array.fill': 0x108,
  /** destination type id, source type id, map */
  'array.copy': 0x109,
  /** type id, segment */
  'array.init_data': 0x10a,
  /** type id, segment, map */
  'array.init_elem': 0x10b,
  /** heap type, test flags */
  'ref.test': 0x10c,
  'ref.cast': 0x10d,
  'ref.i31': 0x10e,
  'i31.get_s': 0x10f,
  'i31.get_u': 0x110,

  /* 0x111 to 0x118: saturating truncations, no operands */
  'i32.trunc_sat_f32_s': 0x111,
  'i32.trunc_sat_f32_u': 0x112,
  'i32.trunc_sat_f64_s': 0x113,
  'i32.trunc_sat_f64_u': 0x114,
  'i64.trunc_sat_f32_s': 0x115,
  'i64.trunc_sat_f32_u': 0x116,
  'i64.trunc_sat_f64_s': 0x117,
  'i64.trunc_sat_f64_u': 0x118,
  /** segment, memory */
  'memory.init': 0x119,
  /** segment */
  'data.drop': 0x11a,
  /** destination, source */
  'memory.copy': 0x11b,
  /** memory */
  'memory.fill': 0x11c,
  /** segment, table, map */
  'table.init': 0x11d,
  /** segment */
  'elem.drop': 0x11e,
  /** destination, source, map */
  'table.copy': 0x11f,
  /** table */
  'table.grow': 0x120,
  'table.size': 0x121,
  'table.fill': 0x122,
} as const;

export type CodeName = keyof typeof code;
