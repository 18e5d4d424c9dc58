import { describe, expect, it } from 'vitest';
import { F32, F64, formatFloatBits, parseFloatBits } from './floats.ts';

function f64Bits(value: number): bigint {
  return new BigUint64Array(Float64Array.of(value).buffer)[0]!;
}
function f32Bits(value: number): bigint {
  return BigInt(new Uint32Array(Float32Array.of(value).buffer)[0]!);
}

describe('parseFloatBits', () => {
  it.each(['0', '-0', '1.5', '0.1', '1e308', '5e-324', '2.2250738585072014e-308', '123_456.789_0', '1.e1', '9007199254740993'])(
    'reads %s as JavaScript does',
    (text) => expect(parseFloatBits(text, F64)).toBe(f64Bits(Number(text.replaceAll('_', '')))),
  );

  it('rounds an f32 once', () => {
    // Just above halfway between two floats; rounding to a double first would make it exactly halfway.
    expect(parseFloatBits('1.00000005960464477540', F32)).toBe(f32Bits(1 + 2 ** -23));
    expect(parseFloatBits('0x1.000001p0', F32)).toBe(f32Bits(1));
    expect(parseFloatBits('0x1.000003p0', F32)).toBe(f32Bits(1 + 2 ** -22));
    expect(parseFloatBits('0x1.00000100000000001p0', F32)).toBe(f32Bits(1 + 2 ** -23));
  });

  it.each([
    ['0x1p-149', 1n],
    ['0x1p-150', 0n],
    ['0x1.8p-150', 1n],
    ['0x1.fffffep127', 0x7f7f_ffffn],
    ['0x1.fffffefp127', 0x7f7f_ffffn],
    ['1e-999999999', 0n],
    ['0e999999999', 0n],
    [`0.${'0'.repeat(3000)}1e3001`, 0x3f80_0000n],
    [`1${'0'.repeat(3000)}e-3000`, 0x3f80_0000n],
    ['-inf', 0xff80_0000n],
    ['nan', 0x7fc0_0000n],
    ['-nan:0x1', 0xff80_0001n],
  ])('reads %s as an f32', (text, bits) => expect(parseFloatBits(text, F32)).toBe(bits));

  it.each(['', '.5', '1_', '1__0', '0x', '1e', 'infinity', 'nan:0x0', 'nan:0x800000', '0x1.ffffffp127', '1e39', '1e999999999', '--1', '0X1'])(
    'refuses %s',
    (text) => expect(parseFloatBits(text, F32)).toBeUndefined(),
  );
});

describe('formatFloatBits', () => {
  it.each([
    [1.5, '0x1.8p+0'],
    [-0, '-0x0p+0'],
    [0.1, '0x1.999999999999ap-4'],
    [5e-324, '0x0.0000000000001p-1022'],
    [Infinity, 'inf'],
  ])('writes %d as %s', (value, text) => expect(formatFloatBits(f64Bits(value), F64)).toBe(text));

  it('writes the payload of a NaN', () => {
    expect(formatFloatBits(0xffc0_0001n, F32)).toBe('-nan:0x400001');
  });

  it('aligns the 23 bits of an f32 to hexadecimal digits', () => {
    expect(formatFloatBits(f32Bits(1 + 2 ** -23), F32)).toBe('0x1.000002p+0');
  });
});
