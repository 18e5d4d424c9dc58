/**
 * Instructions whose hidden class depends on their kinds of immediates alone, wherever they come from: decoded, parsed, generated. Whatever reads
 * instructions then meets some thirty hidden classes; objects that were put together by spreading have others, which are slow to read.
 *
 * Each combination of immediates in the instruction table has one function here, which builds an object literal. Fields are in the order of the
 * decoder's, which makes the same hidden classes.
 */
import type { ImmediateFields, ImmediateKind, Instruction, InstructionName, instructionTable } from './instructions.ts';
import { OPCODE_LIMIT, immediateKinds, instructionName } from './instructions.ts';

type Words<Kinds> = Kinds extends readonly [infer Head extends string, ...infer Tail extends string[]]
  ? Tail extends []
    ? Head
    : `${Head} ${Words<Tail>}`
  : '';
type ShapeOf<Row> = Row extends readonly [number, ...infer Kinds] ? Words<Kinds> : never;
/** The kinds of immediates of an instruction, separated by spaces. */
export type InstructionShape = { [Name in InstructionName]: ShapeOf<(typeof instructionTable)[Name]> }[InstructionName];

/** The shape of an opcode; undefined when there is no such instruction. */
export function shapeOf(op: number): InstructionShape | undefined {
  return instructionName(op) && (immediateKinds(op)!.join(' ') as InstructionShape);
}

type Intersection<Union> = (Union extends unknown ? (u: Union) => void : never) extends (i: infer I) => void ? I : never;
/** All immediates by name. Which of them are there follows from the shape. */
type AllFields = Intersection<ImmediateFields[ImmediateKind]>;

/** Instructions without immediates: one object for each opcode. */
export const bareInstructions: readonly object[] = Array.from({ length: OPCODE_LIMIT }, (_, op) => Object.freeze({ op }));

const makers: Readonly<Record<InstructionShape, (op: number, f: AllFields) => object>> = {
  '': (op) => bareInstructions[op]!,
  blockType: (op, f) => ({ op, blockType: f.blockType }),
  'blockType catches': (op, f) => ({ op, blockType: f.blockType, catches: f.catches }),
  label: (op, f) => ({ op, label: f.label }),
  labels: (op, f) => ({ op, labels: f.labels }),
  'label cast': (op, f) => ({ op, label: f.label, from: f.from, to: f.to }),
  func: (op, f) => ({ op, func: f.func }),
  type: (op, f) => ({ op, type: f.type }),
  'type table': (op, f) => ({ op, type: f.type, table: f.table }),
  'type field': (op, f) => ({ op, type: f.type, field: f.field }),
  'type length': (op, f) => ({ op, type: f.type, length: f.length }),
  'type data': (op, f) => ({ op, type: f.type, data: f.data }),
  'type elem': (op, f) => ({ op, type: f.type, elem: f.elem }),
  'type sourceType': (op, f) => ({ op, type: f.type, sourceType: f.sourceType }),
  types: (op, f) => ({ op, types: f.types }),
  heapType: (op, f) => ({ op, heapType: f.heapType }),
  local: (op, f) => ({ op, local: f.local }),
  global: (op, f) => ({ op, global: f.global }),
  tag: (op, f) => ({ op, tag: f.tag }),
  table: (op, f) => ({ op, table: f.table }),
  'table sourceTable': (op, f) => ({ op, table: f.table, sourceTable: f.sourceTable }),
  elem: (op, f) => ({ op, elem: f.elem }),
  'elem table': (op, f) => ({ op, elem: f.elem, table: f.table }),
  memory: (op, f) => ({ op, memory: f.memory }),
  'memory sourceMemory': (op, f) => ({ op, memory: f.memory, sourceMemory: f.sourceMemory }),
  data: (op, f) => ({ op, data: f.data }),
  'data memory': (op, f) => ({ op, data: f.data, memory: f.memory }),
  memArg: (op, f) => ({ op, align: f.align, offset: f.offset, memory: f.memory }),
  'memArg lane': (op, f) => ({ op, align: f.align, offset: f.offset, memory: f.memory, lane: f.lane }),
  i32: (op, f) => ({ op, value: f.value }),
  i64: (op, f) => ({ op, value: f.value }),
  f32: (op, f) => ({ op, bits: f.bits }),
  f64: (op, f) => ({ op, bits: f.bits }),
  v128: (op, f) => ({ op, bits: f.bits }),
};

const makerOf = Array.from({ length: OPCODE_LIMIT }, (_, op) => {
  const shape = shapeOf(op);
  return shape === undefined ? undefined : makers[shape];
});

/** @param fields the immediates that the instruction has; others are left out */
export function newInstruction(op: number, fields: object): Instruction {
  return makerOf[op]!(op, fields as AllFields) as Instruction;
}
