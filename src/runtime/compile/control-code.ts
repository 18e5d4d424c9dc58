/** Code of branches, calls and exceptions, of `drop` and `select`. Blocks are in block-code.ts. */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import type { FuncType } from '#wasm/syntax/types.ts';
import { heapTypeOf, isNullable } from '#wasm/syntax/types.ts';
import { code } from './code.ts';
import type { CodeBuilder } from './code-builder.ts';

export function emitControl(builder: CodeBuilder, instruction: Instruction): void {
  const { emitter } = builder;
  switch (instruction.op) {
    case 0x00: // unreachable
      emitter.emit(code.unreachable);
      builder.dead = true;
      return;
    case 0x08: // throw
      emitter.emit2(code.throw, instruction.tag);
      builder.emitMapBefore();
      builder.dead = true;
      return;
    case 0x0a: // throw_ref
      emitter.emit(code.throw_ref);
      builder.dead = true;
      return;
    case 0x0c: // br
      emitBranch(builder, instruction.label, code.br, code.br_move, 0);
      builder.dead = true;
      return;
    case 0x0d: // br_if
      emitBranch(builder, instruction.label, code.br_if, code.br_if_move, 1);
      return;
    case 0x0e: // br_table
      emitter.emit2(code.br_table, instruction.labels.length - 1);
      for (const label of instruction.labels) builder.emitBranchOperands(label);
      builder.dead = true;
      return;
    case 0x0f: // return
      emitter.emit2(code.return, builder.words(builder.validator.controls[0]!.endTypes));
      builder.dead = true;
      return;
    case 0x10: // call
    case 0x12: // return_call
      emitter.emit2(instruction.op, instruction.func);
      builder.emitCallMaps(builder.validator.context.functionType(instruction.func), 0);
      builder.dead = instruction.op === 0x12;
      return;
    case 0x11: // call_indirect
    case 0x13: // return_call_indirect
      emitter.emit3(instruction.op, builder.typeId(instruction.type), instruction.table);
      builder.emitCallMaps(builder.composite(instruction.type) as FuncType, 1);
      builder.dead = instruction.op === 0x13;
      return;
    case 0x14: // call_ref
    case 0x15: // return_call_ref
      emitter.emit(instruction.op);
      builder.emitCallMaps(builder.composite(instruction.type) as FuncType, 1);
      builder.dead = instruction.op === 0x15;
      return;
    case 0x1a: // drop
      emitter.emit(builder.isVector ? code.drop128 : code.drop);
      return;
    case 0x1b: // select
    case 0x1c: // select t
      emitter.emit(builder.isVector ? code.select128 : code.select);
      return;
    case 0xd5: // br_on_null
      emitter.emit(code.br_on_null);
      builder.emitBranchOperands(instruction.label);
      return;
    case 0xd6: // br_on_non_null
      emitter.emit(code.br_on_non_null);
      builder.emitBranchOperands(instruction.label);
      return;
    case 0x118: // br_on_cast
    case 0x119: // br_on_cast_fail
      emitter.emit(instruction.op === 0x118 ? code.br_on_cast : code.br_on_cast_fail);
      builder.emitBranchOperands(instruction.label);
      builder.emitCastTarget(heapTypeOf(instruction.to), isNullable(instruction.to));
      return;
  }
}

/** @param popped operands that the branch itself consumes before the label's values */
function emitBranch(builder: CodeBuilder, label: number, plain: number, moving: number, popped: number): void {
  const block = builder.labels.at(label);
  const carried = builder.validator.labelTypes(label).length;
  const inPlace = builder.operands.length - popped - carried === block.operands;
  builder.emitter.emit(inPlace ? plain : moving);
  if (inPlace) builder.labels.emitTarget(block);
  else builder.emitBranchOperands(label);
}
