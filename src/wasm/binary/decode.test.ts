import { describe, expect, it } from 'vitest';
import { DecodeError, LimitError, UnsupportedError } from '../errors.ts';
import { Op } from '../syntax/instructions.ts';
import { EMPTY_MODULE } from '../syntax/module.ts';
import { HeapType, ValType, refType } from '../syntax/types.ts';
import { decode } from './decode.ts';

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** A section whose content is below 128 bytes. */
function section(id: number, ...content: number[]): number[] {
  return [id, content.length, ...content];
}
function binary(...sections: number[][]): Uint8Array {
  return Uint8Array.from([...HEADER, ...sections.flat()]);
}
/** A module with one function of type `() -> ()` and this code entry, its size not included. */
function withBody(...entry: number[]): Uint8Array {
  return binary(section(1, 1, 0x60, 0, 0), section(3, 1, 0), section(10, 1, entry.length, ...entry));
}
function failure(bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch (error) {
    return error;
  }
}

describe('decode', () => {
  it('reads the empty module', () => expect(decode(binary())).toEqual(EMPTY_MODULE));

  it('names the offset of what is wrong', () => {
    expect(failure(binary([14, 0]))).toMatchObject({ name: 'DecodeError', offset: 8 });
    expect(failure(withBody(0, 0xff, 0x0b))).toMatchObject({ name: 'DecodeError', offset: 23 });
  });

  it.each([
    ['a truncated header', Uint8Array.from([0, 0x61])],
    ['another version', Uint8Array.from([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0])],
    ['sections out of order', binary(section(3, 0), section(1, 0))],
    ['a section twice', binary(section(1, 0), section(1, 0))],
    ['a section longer than its content', binary(section(1, 0, 0))],
    ['a section beyond the end', binary([1, 5, 0])],
    ['functions without code', binary(section(1, 1, 0x60, 0, 0), section(3, 1, 0))],
    ['a body without end', withBody(0, 0x01)],
    ['a block without end', withBody(0, 0x02, 0x40, 0x0b)],
    ['code after the end', withBody(0, 0x0b, 0x01)],
    ['else outside if', withBody(0, 0x02, 0x40, 0x05, 0x0b, 0x0b)],
    ['else twice', withBody(0, 0x04, 0x40, 0x05, 0x05, 0x0b, 0x0b)],
    ['data.drop without a data count', withBody(0, 0xfc, 0x09, 0x00, 0x0b)],
    ['a data count without data', binary(section(12, 1))],
    ['custom section without a name', binary(section(0))],
  ])('refuses %s', (_, bytes) => {
    const error = failure(bytes);
    expect(error).toBeInstanceOf(DecodeError);
    expect(error).toMatchObject({ name: 'DecodeError' });
  });

  it.each([
    ['simd', withBody(0, 0xfd, 0x6e, 0x0b)],
    ['relaxed-simd', withBody(0, 0xfd, 0x80, 0x02, 0x0b)],
    ['threads', withBody(0, 0xfe, 0x00, 0x0b)],
    ['legacy-exceptions', withBody(0, 0x06, 0x40, 0x0b, 0x0b)],
    ['memory64', binary(section(5, 1, 0x04, 0))],
  ])('names the unsupported feature %s', (feature, bytes) => {
    const error = failure(bytes);
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error).toMatchObject({ feature });
  });

  it('bounds the locals of a function and of a module', () => {
    expect(failure(withBody(1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b))).toBeInstanceOf(LimitError);
    const entry = [6, 1, 0xd0, 0x86, 0x03, 0x7f, 0x0b];
    const count = 21;
    const code = [count, ...Array.from({ length: count }, () => entry).flat()];
    const many = binary(
      section(1, 1, 0x60, 0, 0),
      section(3, count, ...new Array<number>(count).fill(0)),
      [10, (code.length & 0x7f) | 0x80, code.length >> 7, ...code],
    );
    expect(failure(many)).toMatchObject({ name: 'LimitError' });
  });

  it('normalises the forms of element segments', () => {
    const zero = [0x41, 0, 0x0b];
    const functions = refType(HeapType.func, false);
    const { elements } = decode(
      binary(section(9, 4, 0, ...zero, 1, 5, 3, 0, 0, 4, ...zero, 1, 0xd2, 5, 0x0b, 5, 0x70, 1, 0xd0, 0x70, 0x0b)),
    );
    const offset = [{ op: Op['i32.const'], value: 0 }];
    const five = [{ op: Op['ref.func'], func: 5 }];
    expect(elements).toEqual([
      { type: functions, items: [five], mode: { kind: 'active', table: 0, offset } },
      { type: functions, items: [], mode: { kind: 'declarative' } },
      { type: ValType.funcref, items: [five], mode: { kind: 'active', table: 0, offset } },
      { type: ValType.funcref, items: [[{ op: Op['ref.null'], heapType: HeapType.func }]], mode: { kind: 'passive' } },
    ]);
  });

  it('places custom sections after the section with entries that they follow', () => {
    const custom = section(0, 1, 0x78, 9);
    const { customs } = decode(binary(custom, section(1, 1, 0x60, 0, 0), custom, section(2, 0), custom));
    expect(customs.map(({ after }) => after)).toEqual([0, 1, 1]);
    expect(customs[0]).toEqual({ name: 'x', bytes: Uint8Array.of(9), after: 0 });
  });

  it('takes nesting of any depth', () => {
    const depth = 1_000_000;
    const body = new Uint8Array(3 * depth + 2);
    for (let i = 0; i < depth; i++) body.set([0x02, 0x40], 1 + 2 * i);
    body.fill(0x0b, 1 + 2 * depth);
    const size = (n: number) => [(n & 0x7f) | 0x80, ((n >> 7) & 0x7f) | 0x80, ((n >> 14) & 0x7f) | 0x80, n >> 21];
    const head = [...HEADER, ...section(1, 1, 0x60, 0, 0), ...section(3, 1, 0), 10];
    const bytes = Uint8Array.from([...head, ...size(body.length + 5), 1, ...size(body.length), ...body]);
    expect(decode(bytes).functions[0]?.body.length).toBe(2 * depth);
  });
});
