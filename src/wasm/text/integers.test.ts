import { describe, expect, it } from 'vitest';
import { parseShortDecimal, parseUnsigned } from './integers.ts';

describe('parseShortDecimal', () => {
  it('agrees with parseUnsigned wherever it has an answer', () => {
    for (const text of ['0', '9', '10', '00', '123456789', '000000001']) expect(BigInt(parseShortDecimal(text)!), text).toBe(parseUnsigned(text));
  });

  it('knows numbers of up to nine digits, and leaves the others to parseUnsigned', () => {
    expect(['0', '007', '999999999', '1000000000', '', '1_0', '0x1', '-1'].map(parseShortDecimal)).toEqual([0, 7, 999999999, undefined, undefined, undefined, undefined, undefined]);
  });
});
