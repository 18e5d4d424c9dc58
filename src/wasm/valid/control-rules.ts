/**
 * Rules of parametric, block, branch, call and exception instructions
 * (spec: Validation / Instructions / Parametric Instructions, Control Instructions).
 */
import type { Catch, Instruction } from '../syntax/instructions.ts';
import type { FuncType, ValType } from '../syntax/types.ts';
import {
  BOTTOM,
  HeapType,
  ValType as V,
  concrete,
  heapTypeOf,
  isNullable,
  isRefType,
  refType,
  typeName,
} from '../syntax/types.ts';
import { matchesResult } from './match.ts';
import type { TypingState } from './typing-state.ts';

const EXN = refType(HeapType.exn, false);

// Cases are literals, and not names, because only these become a jump table.
export function controlRule(state: TypingState, instruction: Instruction): void {
  switch (instruction.op) {
    case 0x00: // unreachable
      state.setUnreachable();
      return;
    case 0x01: // nop
      return;
    case 0x02: // block
    case 0x03: { // loop
      const { params, results } = state.blockSignature(instruction.blockType);
      state.popAll(params);
      state.pushFrame(instruction.op, params, results);
      return;
    }
    case 0x04: { // if
      const { params, results } = state.blockSignature(instruction.blockType);
      state.pop(V.i32);
      state.popAll(params);
      state.pushFrame(0x04, params, results);
      return;
    }
    case 0x05: { // else
      if (state.frame.opcode !== 0x04) throw state.error('else without if');
      const { startTypes, endTypes } = state.popFrame();
      state.pushFrame(0x05, startTypes, endTypes);
      return;
    }
    case 0x08: // throw
      state.popAll(tagType(state, instruction.tag).params);
      state.setUnreachable();
      return;
    case 0x0a: // throw_ref
      state.pop(V.exnref);
      state.setUnreachable();
      return;
    case 0x0b: // end
      endBlock(state);
      return;
    case 0x0c: // br
      state.popAll(state.labelTypes(instruction.label));
      state.setUnreachable();
      return;
    case 0x0d: { // br_if
      state.pop(V.i32);
      const types = state.labelTypes(instruction.label);
      state.popAll(types);
      state.pushAll(types);
      return;
    }
    case 0x0e: // br_table
      branchTable(state, instruction.labels);
      return;
    case 0x0f: // return
      state.popAll(state.returnTypes());
      state.setUnreachable();
      return;
    case 0x10: // call
      state.apply(functionType(state, instruction.func));
      return;
    case 0x11: // call_indirect
      state.apply(indirectCallee(state, instruction.type, instruction.table));
      return;
    case 0x12: // return_call
      tailCall(state, functionType(state, instruction.func));
      return;
    case 0x13: // return_call_indirect
      tailCall(state, indirectCallee(state, instruction.type, instruction.table));
      return;
    case 0x14: // call_ref
      state.apply(referencedCallee(state, instruction.type));
      return;
    case 0x15: // return_call_ref
      tailCall(state, referencedCallee(state, instruction.type));
      return;
    case 0x1a: // drop
      state.popAny();
      return;
    case 0x1b: // select
      selectNumeric(state);
      return;
    case 0x1c: // select t
      selectAnnotated(state, instruction.types);
      return;
    case 0x1f: { // try_table
      const { params, results } = state.blockSignature(instruction.blockType);
      state.popAll(params);
      for (const clause of instruction.catches) checkCatch(state, clause);
      state.pushFrame(0x1f, params, results);
      return;
    }
    case 0xd5: { // br_on_null
      const reference = state.popRef();
      const types = state.labelTypes(instruction.label);
      state.popAll(types);
      state.pushAll(types);
      state.push(refType(heapTypeOf(reference), false));
      return;
    }
    case 0xd6: { // br_on_non_null
      const reference = lastLabelType(state, instruction.label);
      state.pop(refType(heapTypeOf(reference), true));
      passThrough(state, state.labelTypes(instruction.label));
      return;
    }
    case 0x118: // br_on_cast
    case 0x119: { // br_on_cast_fail
      const from = state.valType(instruction.from);
      const to = state.valType(instruction.to);
      require(state, to, from);
      // What is left when the cast fails: null, if it could be null and the target takes no null.
      const rest = refType(heapTypeOf(from), isNullable(from) && !isNullable(to));
      const taken = instruction.op === 0x118 ? to : rest;
      require(state, taken, lastLabelType(state, instruction.label));
      state.pop(from);
      passThrough(state, state.labelTypes(instruction.label));
      state.push(instruction.op === 0x118 ? rest : to);
      return;
    }
    default:
      throw state.error('not a control instruction');
  }
}

/** An `if` without `else` passes its operands on. */
function endBlock(state: TypingState): void {
  if (state.controls.length === 1) throw state.error('end without block');
  const frame = state.popFrame();
  if (frame.opcode === 0x04 && !matchesResult(state.context.registry, frame.startTypes, frame.endTypes)) {
    throw state.error('type mismatch: an if without else must leave what it takes');
  }
  state.pushAll(frame.endTypes);
}

function branchTable(state: TypingState, labels: readonly number[]): void {
  state.pop(V.i32);
  const standard = state.labelTypes(labels[labels.length - 1]!);
  for (const label of labels) {
    const types = state.labelTypes(label);
    if (types.length !== standard.length) {
      throw state.error(`type mismatch: label ${label} takes ${types.length} values, the default ${standard.length}`);
    }
    state.checkTop(types);
  }
  state.setUnreachable();
}

/** Checks and keeps the operands below the last one that a conditional branch takes along. */
function passThrough(state: TypingState, labelTypes: readonly ValType[]): void {
  for (let i = labelTypes.length - 2; i >= 0; i--) state.pop(labelTypes[i]!);
  for (let i = 0; i < labelTypes.length - 1; i++) state.push(labelTypes[i]!);
}
function lastLabelType(state: TypingState, label: number): ValType {
  const types = state.labelTypes(label);
  const last = types[types.length - 1];
  if (last === undefined || !isRefType(last)) throw state.error(`type mismatch: label ${label} takes no reference`);
  return last;
}
function require(state: TypingState, actual: ValType, expected: ValType): void {
  if (state.context.registry.matches(actual, expected)) return;
  throw state.error(`type mismatch: expected ${typeName(expected)}, found ${typeName(actual)}`);
}

function functionType(state: TypingState, index: number): FuncType {
  if (index >= state.context.functionTypeIds.length) throw state.error(`unknown function ${index}`);
  return state.context.functionType(index);
}
function tagType(state: TypingState, index: number): FuncType {
  if (index >= state.context.tagTypeIds.length) throw state.error(`unknown tag ${index}`);
  return state.context.tagType(index);
}
/** Pops the table index of an indirect call. */
function indirectCallee(state: TypingState, type: number, tableIndex: number): FuncType {
  const table = state.context.tables[tableIndex];
  if (table === undefined) throw state.error(`unknown table ${tableIndex}`);
  require(state, table.element, V.funcref);
  const callee = state.funcType(type);
  state.pop(V.i32);
  return callee;
}
/** Pops the function reference of a call. */
function referencedCallee(state: TypingState, type: number): FuncType {
  const callee = state.funcType(type);
  state.pop(refType(concrete(state.typeId(type)), true));
  return callee;
}
function tailCall(state: TypingState, { params, results }: FuncType): void {
  if (!matchesResult(state.context.registry, results, state.returnTypes())) {
    throw state.error('type mismatch: a tail call returns what the function returns');
  }
  state.popAll(params);
  state.setUnreachable();
}

/** Both operands have one numeric or vector type; references need the annotated form. */
function selectNumeric(state: TypingState): void {
  state.pop(V.i32);
  const second = state.popAny();
  const first = state.popAny();
  if (isRefType(first) || isRefType(second)) throw state.error('type mismatch: select of references needs a type');
  if (first !== second && first !== BOTTOM && second !== BOTTOM) {
    throw state.error(`type mismatch: select of ${typeName(first)} and ${typeName(second)}`);
  }
  state.push(first === BOTTOM ? second : first);
}
function selectAnnotated(state: TypingState, types: readonly ValType[]): void {
  if (types.length !== 1) throw state.error('invalid result arity: select has one type');
  const type = state.valType(types[0]!);
  state.pop(V.i32);
  state.pop(type);
  state.pop(type);
  state.push(type);
}

/** Spec: Catch Clauses. Labels are those outside of the `try_table`. */
function checkCatch(state: TypingState, clause: Catch): void {
  const types = state.labelTypes(clause.label);
  const params = clause.kind === 'catch' || clause.kind === 'catch_ref' ? tagType(state, clause.tag).params : [];
  const withReference = clause.kind === 'catch_ref' || clause.kind === 'catch_all_ref';
  const caught = withReference ? [...params, EXN] : params;
  if (!matchesResult(state.context.registry, caught, types)) {
    throw state.error(`type mismatch: ${clause.kind} does not match label ${clause.label}`);
  }
}
