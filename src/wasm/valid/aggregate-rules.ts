/**
 * Rules of structure and array instructions
 * (spec: Validation / Instructions / Structure Instructions, Array Instructions).
 */
import type { Instruction } from '../syntax/instructions.ts';
import type { FieldType } from '../syntax/types.ts';
import { ValType, concrete, isDefaultable, isPacked, isRefType, refType, unpacked } from '../syntax/types.ts';
import { matchesStorage } from './match.ts';
import type { TypingState } from './typing-state.ts';

const { i32 } = ValType;

export function aggregateRule(state: TypingState, instruction: Instruction): void {
  switch (instruction.op) {
    case 0x100: { // struct.new
      const { fields } = state.structType(instruction.type);
      for (let i = fields.length - 1; i >= 0; i--) state.pop(unpacked(fields[i]!.storage));
      pushNew(state, instruction.type);
      return;
    }
    case 0x101: // struct.new_default
      for (const field of state.structType(instruction.type).fields) requireDefaultable(state, field);
      pushNew(state, instruction.type);
      return;
    case 0x102: // struct.get
    case 0x103: // struct.get_s
    case 0x104: { // struct.get_u
      const field = structField(state, instruction.type, instruction.field);
      requireExtension(state, field, instruction.op !== 0x102);
      popReference(state, instruction.type);
      state.push(unpacked(field.storage));
      return;
    }
    case 0x105: { // struct.set
      const field = structField(state, instruction.type, instruction.field);
      requireMutable(state, field);
      state.pop(unpacked(field.storage));
      popReference(state, instruction.type);
      return;
    }
    case 0x106: { // array.new
      const { element } = state.arrayType(instruction.type);
      state.pop(i32);
      state.pop(unpacked(element.storage));
      pushNew(state, instruction.type);
      return;
    }
    case 0x107: // array.new_default
      requireDefaultable(state, state.arrayType(instruction.type).element);
      state.pop(i32);
      pushNew(state, instruction.type);
      return;
    case 0x108: { // array.new_fixed
      const { element } = state.arrayType(instruction.type);
      state.popRepeated(unpacked(element.storage), instruction.length);
      pushNew(state, instruction.type);
      return;
    }
    case 0x109: // array.new_data
      requireData(state, instruction.data, state.arrayType(instruction.type).element);
      state.pop(i32);
      state.pop(i32);
      pushNew(state, instruction.type);
      return;
    case 0x10a: // array.new_elem
      requireElements(state, instruction.elem, state.arrayType(instruction.type).element);
      state.pop(i32);
      state.pop(i32);
      pushNew(state, instruction.type);
      return;
    case 0x10b: // array.get
    case 0x10c: // array.get_s
    case 0x10d: { // array.get_u
      const { element } = state.arrayType(instruction.type);
      requireExtension(state, element, instruction.op !== 0x10b);
      state.pop(i32);
      popReference(state, instruction.type);
      state.push(unpacked(element.storage));
      return;
    }
    case 0x10e: { // array.set
      const element = mutableElement(state, instruction.type);
      state.pop(unpacked(element.storage));
      state.pop(i32);
      popReference(state, instruction.type);
      return;
    }
    case 0x10f: // array.len
      state.pop(ValType.arrayref);
      state.push(i32);
      return;
    case 0x110: { // array.fill
      const element = mutableElement(state, instruction.type);
      state.pop(i32);
      state.pop(unpacked(element.storage));
      state.pop(i32);
      popReference(state, instruction.type);
      return;
    }
    case 0x111: // array.copy
      copyArray(state, instruction.type, instruction.sourceType);
      return;
    case 0x112: // array.init_data
      requireData(state, instruction.data, mutableElement(state, instruction.type));
      popRange(state, instruction.type);
      return;
    case 0x113: // array.init_elem
      requireElements(state, instruction.elem, mutableElement(state, instruction.type));
      popRange(state, instruction.type);
      return;
    default:
      throw state.error('not a structure or array instruction');
  }
}

function pushNew(state: TypingState, type: number): void {
  state.push(refType(concrete(state.typeId(type)), false));
}
function popReference(state: TypingState, type: number): void {
  state.pop(refType(concrete(state.typeId(type)), true));
}
/** Array, index in it, index in the segment, length. */
function popRange(state: TypingState, type: number): void {
  state.pop(i32);
  state.pop(i32);
  state.pop(i32);
  popReference(state, type);
}
function copyArray(state: TypingState, target: number, source: number): void {
  const to = mutableElement(state, target);
  const from = state.arrayType(source).element;
  if (!matchesStorage(state.context.registry, from.storage, to.storage)) {
    throw state.error('type mismatch: array types do not match');
  }
  state.pop(i32);
  state.pop(i32);
  popReference(state, source);
  state.pop(i32);
  popReference(state, target);
}

function structField(state: TypingState, type: number, index: number): FieldType {
  const field = state.structType(type).fields[index];
  if (field === undefined) throw state.error(`unknown field ${index}`);
  return field;
}
function mutableElement(state: TypingState, type: number): FieldType {
  const { element } = state.arrayType(type);
  requireMutable(state, element);
  return element;
}
function requireMutable(state: TypingState, field: FieldType): void {
  if (!field.mutable) throw state.error('immutable field');
}
function requireDefaultable(state: TypingState, field: FieldType): void {
  if (!isDefaultable(field.storage)) throw state.error('type mismatch: field type is not defaultable');
}
/** Packed fields are read with a sign extension, and only those. */
function requireExtension(state: TypingState, field: FieldType, extended: boolean): void {
  if (isPacked(field.storage) !== extended) {
    throw state.error(`type mismatch: field is ${extended ? 'not packed' : 'packed'}`);
  }
}
function requireData(state: TypingState, data: number, element: FieldType): void {
  if (isRefType(element.storage)) throw state.error('array type is not numeric or vector');
  if (data >= state.context.dataCount) throw state.error(`unknown data segment ${data}`);
}
function requireElements(state: TypingState, elem: number, element: FieldType): void {
  const type = state.context.elementTypes[elem];
  if (type === undefined) throw state.error(`unknown elem segment ${elem}`);
  if (!matchesStorage(state.context.registry, type, element.storage)) {
    throw state.error('type mismatch: element segment does not match the array type');
  }
}
