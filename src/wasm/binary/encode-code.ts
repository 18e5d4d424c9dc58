/** Instructions, expressions and function bodies (spec: Binary Format / Instructions, Code Section). */
import type { BlockType, Catch, Expr, ImmediateFields, ImmediateKind, Instruction, InstructionNamed } from '../syntax/instructions.ts';
import { OPCODE_LIMIT, Op, immediateKinds } from '../syntax/instructions.ts';
import type { Func } from '../syntax/module.ts';
import type { ValType } from '../syntax/types.ts';
import { heapTypeOf, isNullable } from '../syntax/types.ts';
import { encodeHeapType, encodeValType } from './encode-types.ts';
import type { Writer } from './writer.ts';

type ImmediateEncoders = {
  readonly [Kind in ImmediateKind]: (w: Writer, instruction: ImmediateFields[Kind]) => void;
};

const CATCH_CODES = { catch: 0, catch_ref: 1, catch_all: 2, catch_all_ref: 3 } as const;

function encodeBlockType(w: Writer, type: BlockType): void {
  if (type.kind === 'empty') w.byte(0x40);
  else if (type.kind === 'value') encodeValType(w, type.type);
  else w.s33(type.index);
}

function encodeCatch(w: Writer, clause: Catch): void {
  w.byte(CATCH_CODES[clause.kind]);
  if ('tag' in clause) w.u32(clause.tag);
  w.u32(clause.label);
}

function encodeLabels(w: Writer, labels: readonly number[]): void {
  w.u32(labels.length - 1);
  for (const label of labels) w.u32(label);
}

function encodeMemArg(w: Writer, memory: number, align: number, offset: number): void {
  w.u32(memory === 0 ? align : align | 0x40);
  if (memory !== 0) w.u32(memory);
  w.u32(offset);
}

const encoders: ImmediateEncoders = {
  blockType: (w, i) => encodeBlockType(w, i.blockType),
  catches: (w, i) => w.vector(i.catches, encodeCatch),
  label: (w, i) => w.u32(i.label),
  labels: (w, i) => encodeLabels(w, i.labels),
  func: (w, i) => w.u32(i.func),
  type: (w, i) => w.u32(i.type),
  sourceType: (w, i) => w.u32(i.sourceType),
  field: (w, i) => w.u32(i.field),
  length: (w, i) => w.u32(i.length),
  table: (w, i) => w.u32(i.table),
  sourceTable: (w, i) => w.u32(i.sourceTable),
  local: (w, i) => w.u32(i.local),
  global: (w, i) => w.u32(i.global),
  memory: (w, i) => w.u32(i.memory),
  sourceMemory: (w, i) => w.u32(i.sourceMemory),
  data: (w, i) => w.u32(i.data),
  elem: (w, i) => w.u32(i.elem),
  tag: (w, i) => w.u32(i.tag),
  types: (w, i) => w.vector(i.types, encodeValType),
  memArg: (w, i) => encodeMemArg(w, i.memory, i.align, i.offset),
  lane: (w, i) => w.byte(i.lane),
  heapType: (w, i) => encodeHeapType(w, i.heapType),
  // The flags of a cast come before the label; see `encodeInstruction`.
  cast: (w, i) => {
    encodeHeapType(w, heapTypeOf(i.from));
    encodeHeapType(w, heapTypeOf(i.to));
  },
  i32: (w, i) => w.s32(i.value),
  i64: (w, i) => w.s64(i.value),
  f32: (w, i) => w.f32Bits(i.bits),
  f64: (w, i) => w.f64Bits(i.bits),
  v128: (w, i) => w.v128Bits(i.bits),
};

type ImmediateEncoder = (w: Writer, instruction: Instruction) => void;

const encodersOf: readonly (readonly ImmediateEncoder[])[] = Array.from({ length: OPCODE_LIMIT }, (_, op) =>
  (immediateKinds(op) ?? []).map((kind) => encoders[kind] as ImmediateEncoder),
);

function encodeCastFlags(w: Writer, { from, to }: InstructionNamed<'br_on_cast'>): void {
  w.byte((isNullable(from) ? 1 : 0) | (isNullable(to) ? 2 : 0));
}

function encodeInstruction(w: Writer, instruction: Instruction): void {
  const op: number = instruction.op;
  if (op < 0x100) {
    w.byte(op);
  } else {
    w.byte(0xfa + (op >> 8));
    w.u32(op & 0xff);
  }
  if (op === BR_ON_CAST || op === BR_ON_CAST_FAIL) encodeCastFlags(w, instruction as InstructionNamed<'br_on_cast'>);
  const immediates = encodersOf[op]!;
  for (let i = 0; i < immediates.length; i++) immediates[i]!(w, instruction);
}

// Members of `Op` are too slow to look up for every instruction.
const { br_on_cast: BR_ON_CAST, br_on_cast_fail: BR_ON_CAST_FAIL, end: END } = Op;

export function encodeExpr(w: Writer, expr: Expr): void {
  for (let i = 0; i < expr.length; i++) encodeInstruction(w, expr[i]!);
  w.byte(END);
}

/** Locals are written as runs of equal types. */
function encodeLocals(w: Writer, locals: readonly ValType[]): void {
  let runs = 0;
  for (let i = 0; i < locals.length; i++) if (i === 0 || locals[i] !== locals[i - 1]) runs++;
  w.u32(runs);
  for (let start = 0, end = 0; start < locals.length; start = end) {
    while (end < locals.length && locals[end] === locals[start]) end++;
    w.u32(end - start);
    encodeValType(w, locals[start]!);
  }
}

export function encodeBody(w: Writer, func: Func): void {
  const start = w.beginSized();
  encodeLocals(w, func.locals);
  encodeExpr(w, func.body);
  w.endSized(start);
}
