/** Code of references: null, equality, casts, i31. */
import type { Instruction } from '#wasm/syntax/instructions.ts';
import { code } from './code.ts';
import type { CodeBuilder } from './code-builder.ts';

export function emitReference(builder: CodeBuilder, instruction: Instruction): void {
  const { emitter } = builder;
  switch (instruction.op) {
    case 0xd0: // ref.null
      emitter.emit2(code['i32.const'], 0);
      return;
    case 0xd1: // ref.is_null
      emitter.emit(0x45); // i32.eqz
      return;
    case 0xd2: // ref.func
      emitter.emit2(code['ref.func'], instruction.func);
      return;
    case 0xd3: // ref.eq
      emitter.emit(0x46); // i32.eq
      return;
    case 0xd4: // ref.as_non_null
      emitter.emit(code['ref.as_non_null']);
      return;
    case 0x114: // ref.test
    case 0x115: // ref.test null
      emitter.emit(code['ref.test']);
      builder.emitCastTarget(instruction.heapType, instruction.op === 0x115);
      return;
    case 0x116: // ref.cast
    case 0x117: // ref.cast null
      emitter.emit(code['ref.cast']);
      builder.emitCastTarget(instruction.heapType, instruction.op === 0x117);
      return;
    case 0x11c: // ref.i31
      emitter.emit(code['ref.i31']);
      return;
    case 0x11d: // i31.get_s
      emitter.emit(code['i31.get_s']);
      return;
    case 0x11e: // i31.get_u
      emitter.emit(code['i31.get_u']);
      return;
    default:
      // any.convert_extern, extern.convert_any: the bits stay.
  }
}
