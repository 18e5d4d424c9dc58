import { describe, expect, it } from 'vitest';
import { encode } from './binary/encode.ts';
import { DecodeError, ParseError } from './errors.ts';
import { readModule } from './read.ts';
import { EMPTY_MODULE } from './syntax/module.ts';

describe('readModule', () => {
  it('reads either format', () => {
    expect(readModule(encode(EMPTY_MODULE))).toEqual(EMPTY_MODULE);
    expect(readModule(Buffer.from('(module)'))).toEqual(EMPTY_MODULE);
    expect(readModule(new Uint8Array())).toEqual(EMPTY_MODULE);
  });
  it('throws the error of the format that the first bytes tell', () => {
    expect(() => readModule(Uint8Array.of(0, 0x61, 0x73, 0x6d))).toThrow(DecodeError);
    expect(() => readModule(Uint8Array.of(0, 0x61, 0x73))).toThrow(ParseError);
    expect(() => readModule(Uint8Array.of(0x28, 0xff))).toThrow(ParseError);
  });
});
