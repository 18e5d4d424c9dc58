/**
 * Instructions, expressions and function bodies (spec: Binary Format / Instructions, Code Section).
 *
 * Each combination of immediates in the instruction table has one function here that builds the instruction as an
 * object literal, so that all instructions with the same immediates share one hidden class (see `new-instruction.ts`).
 */
import { DecodeError, LimitError, UnsupportedError } from '../errors.ts';
import type { BlockType, Catch, Expr, Instruction } from '../syntax/instructions.ts';
import { OPCODE_LIMIT, Op } from '../syntax/instructions.ts';
import type { InstructionShape } from '../syntax/new-instruction.ts';
import { bareInstructions, shapeOf } from '../syntax/new-instruction.ts';
import type { ValType } from '../syntax/types.ts';
import { refType } from '../syntax/types.ts';
import { decodeHeapType, decodeIndex, decodeValType, isTypeCode } from './decode-types.ts';
import { MAX_FUNCTION_LOCALS, MAX_MODULE_LOCALS } from './limits.ts';
import type { Reader } from './reader.ts';

type InstructionDecoder = (r: Reader, op: number) => object;

const EMPTY_BLOCK_TYPE: BlockType = { kind: 'empty' };

function decodeBlockType(r: Reader): BlockType {
  const byte = r.peek();
  if (byte === 0x40) {
    r.offset++;
    return EMPTY_BLOCK_TYPE;
  }
  if (isTypeCode(byte)) return { kind: 'value', type: decodeValType(r) };
  return { kind: 'type', index: r.typeIndex() };
}

function decodeCatch(r: Reader): Catch {
  const code = r.byte();
  switch (code) {
    case 0:
      return { kind: 'catch', tag: r.u32(), label: r.u32() };
    case 1:
      return { kind: 'catch_ref', tag: r.u32(), label: r.u32() };
    case 2:
      return { kind: 'catch_all', label: r.u32() };
    case 3:
      return { kind: 'catch_all_ref', label: r.u32() };
    default:
      throw new DecodeError('malformed catch clause', r.offset - 1);
  }
}

function decodeLabels(r: Reader): number[] {
  const labels = r.vector(decodeIndex);
  labels.push(r.u32());
  return labels;
}

function dataIndex(r: Reader): number {
  r.dataIndexOffset ??= r.offset;
  return r.u32();
}

/** Alignment exponent, with bit 6 set when a memory index follows. */
function memoryFlags(r: Reader): number {
  const flags = r.u32();
  if (flags >= 0x80) throw new DecodeError('malformed memop flags', r.offset - 1);
  return flags;
}
function memoryOffset(r: Reader): number {
  const start = r.offset;
  const offset = r.u64();
  if (offset > 0xffff_ffff) throw new UnsupportedError('memory64', 'offset beyond 32 bits', start);
  return offset;
}

function decodeCast(r: Reader, op: number) {
  const flags = r.byte();
  if (flags > 3) throw new DecodeError('malformed br_on_cast flags', r.offset - 1);
  const label = r.u32();
  const from = refType(decodeHeapType(r), (flags & 1) !== 0);
  const to = refType(decodeHeapType(r), (flags & 2) !== 0);
  return { op, label, from, to };
}

function decodeMemArg(r: Reader, op: number) {
  const flags = memoryFlags(r);
  const memory = flags >= 0x40 ? r.u32() : 0;
  return { op, align: flags & 0x3f, offset: memoryOffset(r), memory };
}

function decodeLaneAccess(r: Reader, op: number) {
  const flags = memoryFlags(r);
  const memory = flags >= 0x40 ? r.u32() : 0;
  return { op, align: flags & 0x3f, offset: memoryOffset(r), memory, lane: r.byte() };
}

const decoders: Readonly<Record<InstructionShape, InstructionDecoder>> = {
  '': (_, op) => bareInstructions[op]!,
  blockType: (r, op) => ({ op, blockType: decodeBlockType(r) }),
  'blockType catches': (r, op) => ({ op, blockType: decodeBlockType(r), catches: r.vector(decodeCatch) }),
  label: (r, op) => ({ op, label: r.u32() }),
  labels: (r, op) => ({ op, labels: decodeLabels(r) }),
  'label cast': decodeCast,
  func: (r, op) => ({ op, func: r.u32() }),
  type: (r, op) => ({ op, type: r.u32() }),
  'type table': (r, op) => ({ op, type: r.u32(), table: r.u32() }),
  'type field': (r, op) => ({ op, type: r.u32(), field: r.u32() }),
  'type length': (r, op) => ({ op, type: r.u32(), length: r.u32() }),
  'type data': (r, op) => ({ op, type: r.u32(), data: dataIndex(r) }),
  'type elem': (r, op) => ({ op, type: r.u32(), elem: r.u32() }),
  'type sourceType': (r, op) => ({ op, type: r.u32(), sourceType: r.u32() }),
  types: (r, op) => ({ op, types: r.vector(decodeValType) }),
  heapType: (r, op) => ({ op, heapType: decodeHeapType(r) }),
  local: (r, op) => ({ op, local: r.u32() }),
  global: (r, op) => ({ op, global: r.u32() }),
  tag: (r, op) => ({ op, tag: r.u32() }),
  table: (r, op) => ({ op, table: r.u32() }),
  'table sourceTable': (r, op) => ({ op, table: r.u32(), sourceTable: r.u32() }),
  elem: (r, op) => ({ op, elem: r.u32() }),
  'elem table': (r, op) => ({ op, elem: r.u32(), table: r.u32() }),
  memory: (r, op) => ({ op, memory: r.u32() }),
  'memory sourceMemory': (r, op) => ({ op, memory: r.u32(), sourceMemory: r.u32() }),
  data: (r, op) => ({ op, data: dataIndex(r) }),
  'data memory': (r, op) => ({ op, data: dataIndex(r), memory: r.u32() }),
  memArg: decodeMemArg,
  'memArg lane': decodeLaneAccess,
  i32: (r, op) => ({ op, value: r.s32() }),
  i64: (r, op) => ({ op, value: r.s64() }),
  f32: (r, op) => ({ op, bits: r.f32Bits() }),
  f64: (r, op) => ({ op, bits: r.f64Bits() }),
  v128: (r, op) => ({ op, bits: r.v128Bits() }),
};

const decoderOf: (InstructionDecoder | undefined)[] = Array.from({ length: OPCODE_LIMIT }, (_, op) => {
  const shape = shapeOf(op);
  return shape === undefined ? undefined : decoders[shape];
});

function refuseOpcode(prefix: number, code: number, offset: number): never {
  const what = `opcode 0x${prefix.toString(16)}${prefix === code ? '' : ` ${code}`}`;
  if (prefix === 0xfd) throw new UnsupportedError(code < 0x100 ? 'simd' : 'relaxed-simd', what, offset);
  if (prefix === 0xfe) throw new UnsupportedError('threads', what, offset);
  if (prefix === 0xfb && code >= 0x20 && code <= 0x26) throw new UnsupportedError('custom-descriptors', what, offset);
  if (prefix >= 0xe0 && prefix <= 0xe6) throw new UnsupportedError('stack-switching', what, offset);
  if ([0x06, 0x07, 0x09, 0x18, 0x19].includes(prefix)) throw new UnsupportedError('legacy-exceptions', what, offset);
  throw new DecodeError(`illegal ${what}`, offset);
}

/** An opcode with its prefix folded in, as the instruction table has it. */
function decodeOpcode(r: Reader): number {
  const offset = r.offset;
  const prefix = r.byte();
  if (prefix < 0xfb) {
    if (decoderOf[prefix] === undefined) refuseOpcode(prefix, prefix, offset);
    return prefix;
  }
  const code = r.u32();
  const op = prefix <= 0xfd && code <= 0xff ? ((prefix - 0xfa) << 8) | code : OPCODE_LIMIT;
  if (decoderOf[op] === undefined) refuseOpcode(prefix, code, offset);
  return op;
}

// Members of `Op` are too slow to look up for every instruction.
const { block: BLOCK, if: IF, else: ELSE, end: END, try_table: TRY_TABLE } = Op;

/** An expression up to its own `end`, which is consumed; blocks inside it are balanced. */
export function decodeExpr(r: Reader): Expr {
  const body: Instruction[] = [];
  /** What opened each enclosing block; `if` turns into `else` once past it. */
  const open: number[] = [];
  for (;;) {
    const op = decodeOpcode(r);
    if (op === END) {
      if (open.length === 0) return body;
      open.pop();
    } else if (op === ELSE) {
      if (open[open.length - 1] !== IF) throw new DecodeError('misplaced else', r.offset - 1);
      open[open.length - 1] = ELSE;
    } else if ((op >= BLOCK && op <= IF) || op === TRY_TABLE) {
      open.push(op);
    }
    body.push(decoderOf[op]!(r, op) as Instruction);
  }
}

/** More than 2^32 - 1 locals are malformed; fewer may still be more than this implementation takes. */
function decodeLocals(r: Reader): ValType[] {
  const start = r.offset;
  const locals: ValType[] = [];
  let declared = 0;
  const runs = r.u32();
  for (let run = 0; run < runs; run++) {
    const offset = r.offset;
    const count = r.u32();
    const type = decodeValType(r);
    declared += count;
    if (declared > 0xffff_ffff) throw new DecodeError('too many locals', offset);
    if (declared <= MAX_FUNCTION_LOCALS) for (let i = 0; i < count; i++) locals.push(type);
  }
  if (declared > MAX_FUNCTION_LOCALS) throw new LimitError(`${declared} locals, of at most ${MAX_FUNCTION_LOCALS}`, start);
  return locals;
}

export interface FunctionBody {
  readonly locals: readonly ValType[];
  readonly body: Expr;
}

export function decodeBodies(r: Reader): FunctionBody[] {
  let moduleLocals = 0;
  return r.vector(() => {
    const start = r.offset;
    const outer = r.enter(r.u32());
    const locals = decodeLocals(r);
    moduleLocals += locals.length;
    if (moduleLocals > MAX_MODULE_LOCALS) throw new LimitError('too many locals in the module', start);
    const body = decodeExpr(r);
    r.leave(outer, 'function body');
    return { locals, body };
  });
}

