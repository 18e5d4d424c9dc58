import { describe, expect, it } from 'vitest';
import { DecodeError } from '../errors.ts';
import { Reader } from './reader.ts';

function reader(...bytes: number[]): Reader {
  return new Reader(Uint8Array.from(bytes));
}

describe('Reader', () => {
  it.each([
    [[0x00], 0],
    [[0x7f], 127],
    [[0x80, 0x01], 128],
    [[0x80, 0x80, 0x80, 0x80, 0x00], 0],
    [[0xff, 0xff, 0xff, 0xff, 0x0f], 0xffff_ffff],
  ])('reads %j as u32', (bytes, value) => expect(reader(...bytes).u32()).toBe(value));

  it.each([
    [[0x7f], -1],
    [[0x40], -64],
    [[0xc0, 0x00], 64],
    [[0x80, 0x80, 0x80, 0x80, 0x78], -(2 ** 31)],
    [[0xff, 0xff, 0xff, 0xff, 0x07], 2 ** 31 - 1],
  ])('reads %j as s32', (bytes, value) => expect(reader(...bytes).s32()).toBe(value));

  it.each([
    [[0x7f], -1n],
    [[0x80, 0x80, 0x80, 0x80, 0x78], -(2n ** 31n)],
    [[0x80, 0x80, 0x80, 0x80, 0x08], 2n ** 31n],
    [[0x80, 0x80, 0x80, 0x80, 0x40], -(2n ** 34n)],
    [[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f], -(2n ** 63n)],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00], 2n ** 63n - 1n],
  ])('reads %j as s64', (bytes, value) => expect(reader(...bytes).s64()).toBe(value));

  it.each([
    ['u32', [0x80, 0x80, 0x80, 0x80, 0x10], 'integer too large'],
    ['u32', [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], 'integer representation too long'],
    ['s32', [0x80, 0x80, 0x80, 0x80, 0x08], 'integer too large'],
    ['s32', [0xff, 0xff, 0xff, 0xff, 0x4f], 'integer too large'],
    ['s64', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], 'integer too large'],
    ['u64', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02], 'integer too large'],
    ['u32', [0x80], 'unexpected end'],
    ['typeIndex', [0x7f], 'malformed type index'],
    ['name', [0x02, 0xc3, 0x28], 'malformed UTF-8'],
    ['name', [0x05, 0x61], 'length out of bounds'],
  ] as const)('refuses %s %j: %s', (kind, bytes, message) => {
    expect(() => reader(...bytes)[kind]()).toThrow(DecodeError);
    expect(() => reader(...bytes)[kind]()).toThrow(message);
  });

  it('keeps a byte order mark in a name', () => {
    expect(reader(0x03, 0xef, 0xbb, 0xbf).name()).toBe('\ufeff');
  });

  it('refuses a count beyond the bytes left before it reads an item', () => {
    expect(() => reader(0xff, 0xff, 0xff, 0xff, 0x0f).vector(() => 0)).toThrow('length out of bounds');
  });

  it('keeps what is read inside a part, and the part inside what encloses it', () => {
    const r = reader(1, 2, 3, 4);
    const outer = r.enter(2);
    expect(() => r.enter(3)).toThrow('length out of bounds');
    r.byte();
    expect(() => r.leave(outer, 'part')).toThrow('part size mismatch');
    r.byte();
    expect(() => r.byte()).toThrow('unexpected end');
    r.leave(outer, 'part');
    expect(r.byte()).toBe(3);
  });

  it('takes copies, also of the bytes of a Node buffer', () => {
    const input = Buffer.from([1, 2, 3]);
    const taken = new Reader(input).take(2);
    input[0] = 9;
    expect(taken).toEqual(Uint8Array.of(1, 2));
  });
});
