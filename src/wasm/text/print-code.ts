/** Instructions (spec: Text Format / Instructions). */
import type { BlockType, Catch, ImmediateFields, ImmediateKind, Instruction } from '../syntax/instructions.ts';
import { Op, immediateKinds, instructionName } from '../syntax/instructions.ts';
import { heapTypeName, refType, typeName } from '../syntax/types.ts';
import { naturalAlignment } from './alignment.ts';
import { F32, F64, formatFloatBits } from './floats.ts';

type Printers = { readonly [Kind in ImmediateKind]: (instruction: ImmediateFields[Kind], op: number) => string };

function blockTypeText(type: BlockType): string {
  if (type.kind === 'empty') return '';
  return type.kind === 'value' ? `(result ${typeName(type.type)})` : `(type ${type.index})`;
}

function catchText(clause: Catch): string {
  return 'tag' in clause ? `(${clause.kind} ${clause.tag} ${clause.label})` : `(${clause.kind} ${clause.label})`;
}

/** Index 0 is left out where the text format allows it. */
function optional(index: number): string {
  return index === 0 ? '' : String(index);
}

function memArgText({ memory, offset, align }: ImmediateFields['memArg'], op: number): string {
  return words(
    optional(memory),
    offset === 0 ? '' : `offset=${offset}`,
    align === naturalAlignment(op) ? '' : `align=${2n ** BigInt(align)}`,
  );
}

function vectorText(bits: bigint): string {
  const lanes = [0n, 32n, 64n, 96n].map((shift) => BigInt.asUintN(32, bits >> shift));
  return `i32x4 ${lanes.map((lane) => `0x${lane.toString(16).padStart(8, '0')}`).join(' ')}`;
}

const printers: Printers = {
  blockType: (i) => blockTypeText(i.blockType),
  catches: (i) => i.catches.map(catchText).join(' '),
  label: (i) => String(i.label),
  labels: (i) => i.labels.join(' '),
  func: (i) => String(i.func),
  type: (i) => String(i.type),
  sourceType: (i) => String(i.sourceType),
  field: (i) => String(i.field),
  length: (i) => String(i.length),
  table: (i) => String(i.table),
  sourceTable: (i) => String(i.sourceTable),
  local: (i) => String(i.local),
  global: (i) => String(i.global),
  memory: (i) => optional(i.memory),
  sourceMemory: (i) => String(i.sourceMemory),
  data: (i) => String(i.data),
  elem: (i) => String(i.elem),
  tag: (i) => String(i.tag),
  types: (i) => (i.types.length === 0 ? '(result)' : `(result ${i.types.map(typeName).join(' ')})`),
  memArg: memArgText,
  lane: (i) => String(i.lane),
  heapType: (i) => heapTypeName(i.heapType),
  cast: (i) => `${typeName(i.from)} ${typeName(i.to)}`,
  i32: (i) => String(i.value),
  i64: (i) => String(i.value),
  f32: (i) => formatFloatBits(BigInt(i.bits), F32),
  f64: (i) => formatFloatBits(i.bits, F64),
  v128: (i) => vectorText(i.bits),
};

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

/** One instruction with its immediates, without parentheses; block instructions without what they enclose. */
export function instructionText(instruction: Instruction): string {
  switch (instruction.op) {
    // The text has these in another order than the binary format, or under another name.
    case Op['call_indirect']:
    case Op['return_call_indirect']:
      return words(nameOf(instruction), optional(instruction.table), `(type ${instruction.type})`);
    case Op['table.init']:
      return words('table.init', String(instruction.table), String(instruction.elem));
    case Op['memory.init']:
      return words('memory.init', optional(instruction.memory), String(instruction.data));
    case Op['memory.copy']:
      if (instruction.memory === 0 && instruction.sourceMemory === 0) return 'memory.copy';
      return words('memory.copy', String(instruction.memory), String(instruction.sourceMemory));
    case Op['select t']:
      return words('select', printers.types(instruction, instruction.op));
    case Op['ref.test']:
      return `ref.test ${typeName(refType(instruction.heapType, false))}`;
    case Op['ref.test null']:
      return `ref.test ${typeName(refType(instruction.heapType, true))}`;
    case Op['ref.cast']:
      return `ref.cast ${typeName(refType(instruction.heapType, false))}`;
    case Op['ref.cast null']:
      return `ref.cast ${typeName(refType(instruction.heapType, true))}`;
    default:
      return words(nameOf(instruction), ...immediateTexts(instruction));
  }
}

function nameOf({ op }: Instruction): string {
  return instructionName(op)!;
}

function immediateTexts(instruction: Instruction): string[] {
  return immediateKinds(instruction.op)!.map((kind) =>
    (printers[kind] as (instruction: Instruction, op: number) => string)(instruction, instruction.op),
  );
}
