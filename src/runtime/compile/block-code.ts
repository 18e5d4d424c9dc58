/** Code of blocks: where they open, change sides and end, and how exceptions enter them. */
import type { Catch, Instruction } from '#wasm/syntax/instructions.ts';
import type { FuncType } from '#wasm/syntax/types.ts';
import { code } from './code.ts';
import type { CodeBuilder } from './code-builder.ts';
import type { CatchClause } from './compiled.ts';

/** Emits what opening or closing a block needs. @returns whether the instruction does either */
export function emitBlock(builder: CodeBuilder, instruction: Instruction): boolean {
  switch (instruction.op) {
    case 0x02: // block
    case 0x03: // loop
    case 0x04: // if
    case 0x1f: // try_table
      open(builder, instruction);
      return true;
    case 0x05: // else
      endThen(builder);
      return true;
    case 0x0b: // end
      return true;
    default:
      return false;
  }
}

function open(builder: CodeBuilder, instruction: Extract<Instruction, { op: 0x02 | 0x03 | 0x04 | 0x1f }>): void {
  const { emitter } = builder;
  const { op, blockType } = instruction;
  const params = paramCount(builder, blockType);
  const condition = op === 0x04 ? 1 : 0;
  const operands = builder.operands.length - params - condition;
  if (builder.dead) {
    builder.labels.open(op, operands, 0, true);
    return;
  }
  if (op === 0x04) {
    emitter.emit2(code.br_unless, -1);
    builder.labels.open(op, operands, -1, false).elsePatch = emitter.pc - 1;
  } else if (op === 0x1f) {
    // The clauses' labels count from outside the block.
    const clauses = emitPads(builder, instruction.catches);
    const block = builder.labels.open(op, operands, -1, false);
    builder.tries.push({ block, start: emitter.pc, clauses });
  } else {
    builder.labels.open(op, operands, op === 0x03 ? emitter.pc : -1, false);
  }
}
function paramCount(builder: CodeBuilder, blockType: Extract<Instruction, { op: 0x02 }>['blockType']): number {
  if (blockType.kind !== 'type') return 0;
  return (builder.composite(blockType.index) as FuncType).params.length;
}

function endThen(builder: CodeBuilder): void {
  const block = builder.labels.at(0);
  if (block.dead || block.elsePatch < 0) return;
  if (!builder.dead) {
    builder.emitter.emit(code.br);
    builder.labels.emitTarget(block);
  }
  builder.emitter.patch(block.elsePatch, builder.emitter.pc);
  block.elsePatch = -1;
}

/** What is left to do once the validator and the operands have followed an `else` or `end`. */
export function afterBlock(builder: CodeBuilder, op: number): void {
  if (op === 0x05) {
    builder.dead = builder.labels.at(0).dead;
    return;
  }
  const block = builder.labels.at(0);
  const attempt = builder.tries.at(-1);
  if (attempt?.block === block) {
    builder.tries.pop();
    builder.handlers.push({ start: attempt.start, end: builder.emitter.pc, clauses: attempt.clauses });
  }
  builder.labels.close();
  builder.dead = block.dead;
}

/** Landing pads: for each clause a stack map and a branch to its label, jumped over on the way in. */
function emitPads(builder: CodeBuilder, catches: readonly Catch[]): CatchClause[] {
  if (catches.length === 0) return [];
  const { emitter } = builder;
  emitter.emit2(code.br, -1);
  const skip = emitter.pc - 1;
  const clauses = catches.map((clause) => emitPad(builder, clause));
  emitter.patch(skip, emitter.pc);
  return clauses;
}
function emitPad(builder: CodeBuilder, clause: Catch): CatchClause {
  const { emitter, maps } = builder;
  const { context } = builder.validator;
  const tag = 'tag' in clause ? clause.tag : -1;
  const payload = tag < 0 ? [] : context.tagType(tag).params;
  const block = builder.labels.at(clause.label);
  const destination = builder.operands.heightOf(block.operands);
  const map = builder.mapWith(builder.operands.mapOf(block.operands), destination, payload);
  const at = destination + builder.words(payload);
  builder.operands.highest = Math.max(builder.operands.highest, at + 2);
  emitter.emit2(maps.push(map, at), code.br);
  const pad = emitter.pc - 1;
  builder.labels.emitTarget(block);
  return { tag, withRef: clause.kind === 'catch_ref' || clause.kind === 'catch_all_ref', pad, destination };
}
