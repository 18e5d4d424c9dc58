import { describe, expect, it } from 'vitest';
import type { Instruction } from '../syntax/instructions.ts';
import { Op } from '../syntax/instructions.ts';
import type { Module } from '../syntax/module.ts';
import { EMPTY_MODULE } from '../syntax/module.ts';
import { HeapType, ValType, concrete, refType } from '../syntax/types.ts';
import { decode } from './decode.ts';
import { encode } from './encode.ts';

const nullary = { kind: 'func', params: [], results: [] } as const;

function withBody(...body: Instruction[]): Module {
  return {
    ...EMPTY_MODULE,
    recGroups: [[{ final: true, supertypes: [], composite: nullary }]],
    functions: [{ typeIndex: 0, locals: [ValType.i32, ValType.i32, ValType.anyref], body }],
  };
}
/** The content of the only section of that id, which is below 128 bytes. */
function sectionOf(bytes: Uint8Array, id: number): number[] | undefined {
  for (let at = 8; at < bytes.length; at += 2 + bytes[at + 1]!) {
    if (bytes[at] === id) return [...bytes.subarray(at + 2, at + 2 + bytes[at + 1]!)];
  }
  return undefined;
}

describe('encode', () => {
  it('leaves out sections without entries', () => expect(encode(EMPTY_MODULE).length).toBe(8));

  it('writes locals as runs', () => {
    expect(sectionOf(encode(withBody()), 10)).toEqual([1, 6, 2, 2, 0x7f, 1, 0x6e, 0x0b]);
  });

  it('writes a group of one plainly and any other as a group', () => {
    const final = { final: true, supertypes: [], composite: nullary };
    const open = { ...final, final: false, supertypes: [0] };
    const module = { ...EMPTY_MODULE, recGroups: [[final], [final, open], []] };
    expect(sectionOf(encode(module), 1)).toEqual([3, 0x60, 0, 0, 0x4e, 2, 0x60, 0, 0, 0x50, 1, 0, 0x60, 0, 0, 0x4e, 0]);
    expect(decode(encode(module))).toEqual(module);
  });

  it('writes a type index of 64 or more as a signed number', () => {
    const module = withBody(
      { op: Op['ref.null'], heapType: concrete(64) },
      { op: Op.block, blockType: { kind: 'type', index: 127 } },
      { op: Op.end },
    );
    expect(decode(encode(module))).toEqual(module);
  });

  it('adds a data count where there are data, and where code names some', () => {
    const datas = [{ bytes: Uint8Array.of(1), mode: { kind: 'passive' } }] as const;
    expect(sectionOf(encode({ ...EMPTY_MODULE, datas }), 12)).toEqual([1]);
    const dropping = withBody({ op: Op['data.drop'], data: 0 });
    expect(sectionOf(encode(dropping), 12)).toEqual([0]);
    expect(decode(encode(dropping))).toEqual(dropping);
  });

  it.each([
    ['function indices', refType(HeapType.func, false), 0, 0],
    ['another table', refType(HeapType.func, false), 1, 2],
    ['nullable functions', ValType.funcref, 0, 4],
    ['nullable functions in another table', ValType.funcref, 1, 6],
    ['another type', ValType.anyref, 0, 6],
  ])('picks the form of an element segment: %s', (_, type, table, flags) => {
    const offset = [{ op: Op['i32.const'], value: 0 } as const];
    const items = [[{ op: Op['ref.func'], func: 0 } as const]];
    const module: Module = { ...EMPTY_MODULE, elements: [{ type, items, mode: { kind: 'active', table, offset } }] };
    expect(sectionOf(encode(module), 9)?.[1]).toBe(flags);
    expect(decode(encode(module))).toEqual(module);
  });

  it('keeps every bit of numbers, casts and memory accesses', () => {
    const module = withBody(
      { op: Op['f32.const'], bits: 0xffa0_0001 },
      { op: Op['f64.const'], bits: 0xfff4_0000_0000_0001n },
      { op: Op['v128.const'], bits: (1n << 127n) | 1n },
      { op: Op['i64.const'], value: -(2n ** 63n) },
      { op: Op['i32.const'], value: -(2 ** 31) },
      { op: Op['i32.load'], align: 2, offset: 0xffff_ffff, memory: 0 },
      { op: Op['v128.load8_lane'], align: 0, offset: 1, memory: 200, lane: 15 },
      { op: Op.br_on_cast, label: 3, from: ValType.anyref, to: refType(concrete(70), false) },
      { op: Op.br_table, labels: [1, 2, 3] },
    );
    expect(decode(encode(module))).toEqual(module);
  });

  it('does not carry anything over from an encoding that failed', () => {
    const broken = { ...EMPTY_MODULE, start: 1, customs: [{ name: 'x', bytes: undefined, after: 8 }] };
    expect(() => encode(broken as unknown as Module)).toThrow(TypeError);
    expect(encode(EMPTY_MODULE).length).toBe(8);
  });
});
