/** Code of locals, globals, tables, whole memories and segments. */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import { code } from './code.ts';
import type { CodeBuilder } from './code-builder.ts';
import type { Width } from './slot-codes.ts';
import { GLOBAL_GET, GLOBAL_SET, LOCAL_GET, LOCAL_SET, LOCAL_TEE, widthOf } from './slot-codes.ts';

export function emitStorage(builder: CodeBuilder, instruction: Instruction): void {
  const { emitter } = builder;
  switch (instruction.op) {
    case 0x20: // local.get
      emitLocal(builder, LOCAL_GET, instruction.local);
      return;
    case 0x21: // local.set
      emitLocal(builder, LOCAL_SET, instruction.local);
      return;
    case 0x22: // local.tee
      emitLocal(builder, LOCAL_TEE, instruction.local);
      return;
    case 0x23: // global.get
    case 0x24: // global.set
      emitGlobal(builder, instruction.op, instruction.global);
      return;
    case 0x25: // table.get
    case 0x26: // table.set
      emitTableAccess(builder, instruction.op, instruction.table);
      return;
    case 0x3f: // memory.size
    case 0x40: // memory.grow
      emitter.emit2(instruction.op, instruction.memory);
      return;
    case 0x208: // memory.init
      emitter.emit3(code['memory.init'], instruction.data, instruction.memory);
      return;
    case 0x209: // data.drop
      emitter.emit2(code['data.drop'], instruction.data);
      return;
    case 0x20a: // memory.copy
      emitter.emit3(code['memory.copy'], instruction.memory, instruction.sourceMemory);
      return;
    case 0x20b: // memory.fill
      emitter.emit2(code['memory.fill'], instruction.memory);
      return;
    case 0x20c: // table.init
      emitter.emit3(code['table.init'], instruction.elem, instruction.table);
      builder.emitMapWithScratch(1);
      return;
    case 0x20d: // elem.drop
      emitter.emit2(code['elem.drop'], instruction.elem);
      return;
    case 0x20e: // table.copy
      emitter.emit3(code['table.copy'], instruction.table, instruction.sourceTable);
      builder.emitMapWithScratch(1);
      return;
    case 0x20f: // table.grow
      emitter.emit2(code['table.grow'], instruction.table);
      return;
    case 0x210: // table.size
      emitter.emit2(code['table.size'], instruction.table);
      return;
    case 0x211: // table.fill
      emitter.emit2(code['table.fill'], instruction.table);
      return;
  }
}

function emitLocal(builder: CodeBuilder, codes: Record<Width, number>, local: number): void {
  builder.emitter.emit2(codes[widthOf(builder.validator.locals[local]!)], builder.locals[local]!);
}
function emitGlobal(builder: CodeBuilder, op: 0x23 | 0x24, index: number): void {
  const type = builder.validator.context.globals[index]!.type;
  if (builder.slot(type) !== 'ref') {
    builder.emitter.emit2((op === 0x23 ? GLOBAL_GET : GLOBAL_SET)[widthOf(type)], index);
  } else if (op === 0x23) {
    builder.emitter.emit2(code['global.get ref'], index);
    builder.emitMapAfter();
  } else {
    builder.emitter.emit2(code['global.set ref'], index);
  }
}
function emitTableAccess(builder: CodeBuilder, op: 0x25 | 0x26, index: number): void {
  const counted = builder.slot(builder.validator.context.tables[index]!.element) === 'ref';
  if (op === 0x25) {
    builder.emitter.emit2(counted ? code['table.get ref'] : code['table.get'], index);
    if (counted) builder.emitMapAfter();
  } else {
    builder.emitter.emit2(counted ? code['table.set ref'] : code['table.set'], index);
  }
}
