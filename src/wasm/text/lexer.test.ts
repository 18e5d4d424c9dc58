import { describe, expect, it } from 'vitest';
import { ParseError } from '../errors.ts';
import { tokenize } from './lexer.ts';

function words(text: string): string[] {
  return tokenize(text).slice(0, -1).map(({ kind, text: word }) => (kind === 'id' ? `$${word}` : word));
}
function bytes(literal: string): number[] {
  return [...tokenize(literal)[0]!.bytes!];
}

describe('tokenize', () => {
  it('drops space, comments and annotations', () => {
    const text = '(a ;; line )\n (; block (; nested ;) ;) $b)(@name "x" (y)) c;;';
    expect(words(text)).toEqual(['(', 'a', '$b', ')', 'c']);
  });

  it('reads the escapes of strings as bytes', () => {
    expect(bytes('"a\\t\\n\\r\\"\\\'\\\\"')).toEqual([0x61, 9, 10, 13, 34, 39, 92]);
    expect(bytes('"\\00\\fF\\u{e9}é;"')).toEqual([0, 255, 0xc3, 0xa9, 0xc3, 0xa9, 0x3b]);
  });

  it('gives quoted identifiers the name they spell', () => {
    expect(words('$"a" $"\\u{62}c"')).toEqual(['$a', '$bc']);
  });

  it.each(['"', '"\n"', '"\\0\\1"', '"\\u{d800}"', '"\\u{110000}"', '"\\q"', '(;', '(; (; ;)', '"a""b"', 'a"b"', '$', '$""', 'é', ',', '(@a'])(
    'refuses %j',
    (text) => expect(() => tokenize(text)).toThrow(ParseError),
  );

  it('names the line', () => {
    expect(() => tokenize('a\nb\n"')).toThrow(expect.objectContaining({ line: 3 }));
  });

  it('takes long strings and deep comments', () => {
    expect(bytes(`"${'\\61'.repeat(1_000_000)}"`).length).toBe(1_000_000);
    expect(words(`${'(;'.repeat(100_000)}${';)'.repeat(100_000)}`)).toEqual([]);
  });
});
