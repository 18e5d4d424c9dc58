/**
 * Rules of locals, globals, tables, whole memories and segments
 * (spec: Validation / Instructions / Variable Instructions, Table Instructions, Memory Instructions).
 */
import type { Instruction } from '../syntax/instructions.ts';
import type { GlobalType, TableType } from '../syntax/types.ts';
import { ValType } from '../syntax/types.ts';
import type { TypingState } from './typing-state.ts';

const { i32 } = ValType;

export function storageRule(state: TypingState, instruction: Instruction): void {
  switch (instruction.op) {
    case 0x20: { // local.get
      const type = state.local(instruction.local);
      if (!state.isInitialised(instruction.local)) throw state.error(`uninitialized local ${instruction.local}`);
      state.push(type);
      return;
    }
    case 0x21: // local.set
      state.pop(state.local(instruction.local));
      state.initialise(instruction.local);
      return;
    case 0x22: { // local.tee
      const type = state.local(instruction.local);
      state.pop(type);
      state.initialise(instruction.local);
      state.push(type);
      return;
    }
    case 0x23: // global.get
      state.push(globalType(state, instruction.global).type);
      return;
    case 0x24: { // global.set
      const { type, mutable } = globalType(state, instruction.global);
      if (!mutable) throw state.error(`immutable global ${instruction.global}`);
      state.pop(type);
      return;
    }
    case 0x25: { // table.get
      const { element } = tableType(state, instruction.table);
      state.pop(i32);
      state.push(element);
      return;
    }
    case 0x26: { // table.set
      const { element } = tableType(state, instruction.table);
      state.pop(element);
      state.pop(i32);
      return;
    }
    case 0x3f: // memory.size
      requireMemory(state, instruction.memory);
      state.push(i32);
      return;
    case 0x40: // memory.grow
      requireMemory(state, instruction.memory);
      state.pop(i32);
      state.push(i32);
      return;
    case 0x208: // memory.init
      requireMemory(state, instruction.memory);
      requireData(state, instruction.data);
      popThreeI32(state);
      return;
    case 0x209: // data.drop
      requireData(state, instruction.data);
      return;
    case 0x20a: // memory.copy
      requireMemory(state, instruction.memory);
      requireMemory(state, instruction.sourceMemory);
      popThreeI32(state);
      return;
    case 0x20b: // memory.fill
      requireMemory(state, instruction.memory);
      popThreeI32(state);
      return;
    case 0x20c: // table.init
      requireMatch(state, elementType(state, instruction.elem), tableType(state, instruction.table));
      popThreeI32(state);
      return;
    case 0x20d: // elem.drop
      elementType(state, instruction.elem);
      return;
    case 0x20e: // table.copy
      requireMatch(state, tableType(state, instruction.sourceTable).element, tableType(state, instruction.table));
      popThreeI32(state);
      return;
    case 0x20f: { // table.grow
      const { element } = tableType(state, instruction.table);
      state.pop(i32);
      state.pop(element);
      state.push(i32);
      return;
    }
    case 0x210: // table.size
      tableType(state, instruction.table);
      state.push(i32);
      return;
    case 0x211: { // table.fill
      const { element } = tableType(state, instruction.table);
      state.pop(i32);
      state.pop(element);
      state.pop(i32);
      return;
    }
    default:
      throw state.error('not a variable, table or memory instruction');
  }
}

function popThreeI32(state: TypingState): void {
  state.pop(i32);
  state.pop(i32);
  state.pop(i32);
}
function requireMemory(state: TypingState, index: number): void {
  if (index >= state.context.memories.length) throw state.error(`unknown memory ${index}`);
}
function requireData(state: TypingState, index: number): void {
  if (index >= state.context.dataCount) throw state.error(`unknown data segment ${index}`);
}
function requireMatch(state: TypingState, type: ValType, table: TableType): void {
  if (!state.context.registry.matches(type, table.element)) {
    throw state.error('type mismatch: references do not match the table');
  }
}
function globalType(state: TypingState, index: number): GlobalType {
  const type = index < state.globalsInScope ? state.context.globals[index] : undefined;
  if (type === undefined) throw state.error(`unknown global ${index}`);
  return type;
}
function tableType(state: TypingState, index: number): TableType {
  const type = state.context.tables[index];
  if (type === undefined) throw state.error(`unknown table ${index}`);
  return type;
}
function elementType(state: TypingState, index: number): ValType {
  const type = state.context.elementTypes[index];
  if (type === undefined) throw state.error(`unknown elem segment ${index}`);
  return type;
}
