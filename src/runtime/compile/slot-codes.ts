/** Which code accesses a slot: instructions are split by what they touch, so that no type is looked up at run time. */
import type { ValType as ValTypeCode } from '#wasm/syntax/types.ts';
import { ValType } from '#wasm/syntax/types.ts';
import type { SlotKind } from '../heap/layout.ts';
import { code } from './code.ts';

const GET_CODES = {
  struct: {
    s: { i8: code['struct.get i8_s'], i16: code['struct.get i16_s'] },
    u: { i8: code['struct.get i8_u'], i16: code['struct.get i16_u'] },
    plain: {
      w32: code['struct.get w32'],
      i31: code['struct.get w32'],
      w64: code['struct.get w64'],
      w128: code['struct.get w128'],
      func: code['struct.get func'],
      ref: code['struct.get ref'],
    },
  },
  array: {
    s: { i8: code['array.get i8_s'], i16: code['array.get i16_s'] },
    u: { i8: code['array.get i8_u'], i16: code['array.get i16_u'] },
    plain: {
      w32: code['array.get w32'],
      i31: code['array.get w32'],
      w64: code['array.get w64'],
      w128: code['array.get w128'],
      func: code['array.get func'],
      ref: code['array.get ref'],
    },
  },
} as const;
const SET_CODES: Record<'struct' | 'array', Record<SlotKind, number>> = {
  struct: {
    i8: code['struct.set i8'],
    i16: code['struct.set i16'],
    w32: code['struct.set w32'],
    i31: code['struct.set w32'],
    w64: code['struct.set w64'],
    w128: code['struct.set w128'],
    func: code['struct.set func'],
    ref: code['struct.set ref'],
  },
  array: {
    i8: code['array.set i8'],
    i16: code['array.set i16'],
    w32: code['array.set w32'],
    i31: code['array.set w32'],
    w64: code['array.set w64'],
    w128: code['array.set w128'],
    func: code['array.set func'],
    ref: code['array.set ref'],
  },
};

/** @param extension 0 for none, 1 for signed, 2 for unsigned */
export function getCode(aggregate: 'struct' | 'array', extension: number, slot: SlotKind): number {
  const codes = GET_CODES[aggregate];
  if (slot === 'i8' || slot === 'i16') return (extension === 1 ? codes.s : codes.u)[slot];
  return codes.plain[slot];
}

export function setCode(aggregate: 'struct' | 'array', slot: SlotKind): number {
  return SET_CODES[aggregate][slot];
}

/** Of locals and globals that no barrier guards. */
export type Width = 'w32' | 'w64' | 'w128';
export const LOCAL_GET = { w32: code['local.get'], w64: code['local.get64'], w128: code['local.get128'] };
export const LOCAL_SET = { w32: code['local.set'], w64: code['local.set64'], w128: code['local.set128'] };
export const LOCAL_TEE = { w32: code['local.tee'], w64: code['local.tee64'], w128: code['local.tee128'] };
export const GLOBAL_GET = { w32: code['global.get'], w64: code['global.get64'], w128: code['global.get128'] };
export const GLOBAL_SET = { w32: code['global.set'], w64: code['global.set64'], w128: code['global.set128'] };

export function widthOf(type: ValTypeCode): Width {
  if (type === ValType.i64 || type === ValType.f64) return 'w64';
  return type === ValType.v128 ? 'w128' : 'w32';
}
