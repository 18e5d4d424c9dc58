/**
 * Rules of reference instructions, casts, i31 and external conversions
 * (spec: Validation / Instructions / Reference Instructions and following).
 */
import type { Instruction } from '../syntax/instructions.ts';
import type { HeapType as Heap } from '../syntax/types.ts';
import { HeapType, ValType, concrete, heapTypeOf, isNullable, refType } from '../syntax/types.ts';
import type { TypingState } from './typing-state.ts';

const I31 = refType(HeapType.i31, false);

export function referenceRule(state: TypingState, instruction: Instruction): void {
  switch (instruction.op) {
    case 0xd0: // ref.null
      state.push(refType(state.heapType(instruction.heapType), true));
      return;
    case 0xd1: // ref.is_null
      state.popRef();
      state.push(ValType.i32);
      return;
    case 0xd2: // ref.func
      state.push(functionReference(state, instruction.func));
      return;
    case 0xd3: // ref.eq
      state.pop(ValType.eqref);
      state.pop(ValType.eqref);
      state.push(ValType.i32);
      return;
    case 0xd4: // ref.as_non_null
      state.push(refType(heapTypeOf(state.popRef()), false));
      return;
    case 0x114: // ref.test
    case 0x115: // ref.test null
      popCastOperand(state, state.heapType(instruction.heapType));
      state.push(ValType.i32);
      return;
    case 0x116: // ref.cast
    case 0x117: { // ref.cast null
      const target = state.heapType(instruction.heapType);
      popCastOperand(state, target);
      state.push(refType(target, instruction.op === 0x117));
      return;
    }
    case 0x11a: // any.convert_extern
      state.push(refType(HeapType.any, isNullable(popReferenceTo(state, HeapType.extern))));
      return;
    case 0x11b: // extern.convert_any
      state.push(refType(HeapType.extern, isNullable(popReferenceTo(state, HeapType.any))));
      return;
    case 0x11c: // ref.i31
      state.pop(ValType.i32);
      state.push(I31);
      return;
    case 0x11d: // i31.get_s
    case 0x11e: // i31.get_u
      state.pop(ValType.i31ref);
      state.push(ValType.i32);
      return;
    default:
      throw state.error('not a reference instruction');
  }
}

function functionReference(state: TypingState, index: number): ValType {
  const id = state.context.functionTypeIds[index];
  if (id === undefined) throw state.error(`unknown function ${index}`);
  if (!state.context.declaredFunctions.has(index)) throw state.error(`undeclared function reference ${index}`);
  return refType(concrete(id), false);
}
/** A cast takes any reference of its target's hierarchy. */
function popCastOperand(state: TypingState, target: Heap): void {
  state.pop(refType(state.context.registry.top(target), true));
}
/** Pops a reference, nullable or not, to something of this heap type; yields its own type. */
function popReferenceTo(state: TypingState, heapType: Heap): ValType {
  const actual = state.popRef();
  state.push(actual);
  state.pop(refType(heapType, true));
  return actual;
}
