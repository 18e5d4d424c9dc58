import { describe, expect, it } from 'vitest';
import { Writer } from './writer.ts';

function written(write: (w: Writer) => void): number[] {
  const w = new Writer(1);
  write(w);
  return [...w.finish()];
}

describe('Writer', () => {
  it.each([
    [0, [0]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [0xffff_ffff, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('writes u32 %d in its shortest form', (value, bytes) => expect(written((w) => w.u32(value))).toEqual(bytes));

  it.each([
    [63, [0x3f]],
    [64, [0xc0, 0x00]],
    [-64, [0x40]],
    [-65, [0xbf, 0x7f]],
    [-(2 ** 31), [0x80, 0x80, 0x80, 0x80, 0x78]],
  ])('writes %d alike as s32, s33 and s64', (value, bytes) => {
    expect(written((w) => w.s32(value))).toEqual(bytes);
    expect(written((w) => w.s33(value))).toEqual(bytes);
    expect(written((w) => w.s64(BigInt(value)))).toEqual(bytes);
  });

  it('writes a type index of 64 so that it is not taken for a type code', () => {
    expect(written((w) => w.s33(64))).toEqual([0xc0, 0x00]);
    expect(written((w) => w.s33(2 ** 32 - 1))).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f]);
  });

  it.each([127, 128, 16384])('puts the size in front of %d bytes', (size) => {
    const bytes = written((w) => {
      const start = w.beginSized();
      w.raw(new Uint8Array(size).fill(7));
      w.endSized(start);
      w.byte(9);
    });
    const prefix = written((w) => w.u32(size));
    expect(bytes).toEqual([...prefix, ...new Array<number>(size).fill(7), 9]);
  });

  it('writes names as UTF-8, short and long', () => {
    expect(written((w) => w.name('é'))).toEqual([2, 0xc3, 0xa9]);
    expect(written((w) => w.name('a'.repeat(200)))).toEqual([0xc8, 0x01, ...new Array<number>(200).fill(0x61)]);
  });
});
