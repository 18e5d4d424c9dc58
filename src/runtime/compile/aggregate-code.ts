/** Code of structs and arrays. */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import type { ArrayLayout, FieldLayout, SlotKind, StructLayout } from '../heap/layout.ts';
import { code } from './code.ts';
import type { CodeBuilder } from './code-builder.ts';
import { getCode, setCode } from './slot-codes.ts';

export function emitAggregate(builder: CodeBuilder, instruction: Instruction): void {
  const { emitter } = builder;
  switch (instruction.op) {
    case 0x100: // struct.new
      emitter.emit2(code['struct.new'], builder.typeId(instruction.type));
      builder.emitMapBefore();
      return;
    case 0x101: // struct.new_default
      emitter.emit2(code['struct.new_default'], builder.typeId(instruction.type));
      builder.emitMapBefore();
      return;
    case 0x102: // struct.get
    case 0x103: // struct.get_s
    case 0x104: // struct.get_u
      emitStructGet(builder, instruction.op, instruction.type, instruction.field);
      return;
    case 0x105: { // struct.set
      const { kind, offset } = field(builder, instruction.type, instruction.field);
      emitter.emit2(setCode('struct', kind), offset);
      return;
    }
    case 0x106: // array.new
      emitter.emit2(code['array.new'], builder.typeId(instruction.type));
      builder.emitMapBefore();
      return;
    case 0x107: // array.new_default
      emitter.emit2(code['array.new_default'], builder.typeId(instruction.type));
      builder.emitMapBefore();
      return;
    case 0x108: // array.new_fixed
      emitter.emit3(code['array.new_fixed'], builder.typeId(instruction.type), instruction.length);
      builder.emitMapBefore();
      return;
    case 0x109: // array.new_data
      emitter.emit3(code['array.new_data'], builder.typeId(instruction.type), instruction.data);
      builder.emitMapBefore();
      return;
    case 0x10a: // array.new_elem
      emitter.emit3(code['array.new_elem'], builder.typeId(instruction.type), instruction.elem);
      builder.emitMapWithScratch(2);
      return;
    case 0x10b: // array.get
    case 0x10c: // array.get_s
    case 0x10d: // array.get_u
      emitArrayGet(builder, instruction.op, instruction.type);
      return;
    case 0x10e: // array.set
      emitter.emit(setCode('array', elementSlot(builder, instruction.type)));
      return;
    case 0x10f: // array.len
      emitter.emit(code['array.len']);
      return;
    case 0x110: // array.fill
      emitter.emit2(code['array.fill'], builder.typeId(instruction.type));
      return;
    case 0x111: // array.copy
      emitter.emit3(code['array.copy'], builder.typeId(instruction.type), builder.typeId(instruction.sourceType));
      builder.emitMapWithScratch(1);
      return;
    case 0x112: // array.init_data
      emitter.emit3(code['array.init_data'], builder.typeId(instruction.type), instruction.data);
      return;
    case 0x113: // array.init_elem
      emitter.emit3(code['array.init_elem'], builder.typeId(instruction.type), instruction.elem);
      builder.emitMapWithScratch(1);
      return;
  }
}

function field(builder: CodeBuilder, typeIndex: number, index: number): FieldLayout {
  return (builder.layouts.of(builder.typeId(typeIndex)) as StructLayout).fields[index]!;
}
function elementSlot(builder: CodeBuilder, typeIndex: number): SlotKind {
  return (builder.layouts.of(builder.typeId(typeIndex)) as ArrayLayout).element;
}
function emitStructGet(builder: CodeBuilder, op: 0x102 | 0x103 | 0x104, typeIndex: number, index: number): void {
  const { kind, offset } = field(builder, typeIndex, index);
  builder.emitter.emit2(getCode('struct', op - 0x102, kind), offset);
  if (kind === 'ref') builder.emitMapAfter();
}
function emitArrayGet(builder: CodeBuilder, op: 0x10b | 0x10c | 0x10d, typeIndex: number): void {
  const slot = elementSlot(builder, typeIndex);
  builder.emitter.emit(getCode('array', op - 0x10b, slot));
  if (slot === 'ref') builder.emitMapAfter();
}
