import { describe, expect, it } from 'vitest';
import type { Read } from './json.ts';
import { JsonError, flag, integer, list, member, optional, parseJson, record, text, variant, wideInteger, word } from './json.ts';

type Shape = { readonly kind: 'circle'; readonly radius: number } | { readonly kind: 'label'; readonly text: string; readonly bold?: boolean };
const shape: Read<Shape> = variant<Shape>({ circle: { radius: integer(1, 9) }, label: { text, bold: optional(flag) } });

describe('readers', () => {
  it('return what has the form', () => {
    expect(list(shape)([{ kind: 'circle', radius: 9 }, { kind: 'label', text: '', bold: true }], '')).toEqual([
      { kind: 'circle', radius: 9 },
      { kind: 'label', text: '', bold: true },
    ]);
    expect(Object.keys(shape({ kind: 'label', text: 't' }, ''))).toEqual(['kind', 'text']);
    expect(record<{ a: number; b: number }>({ a: integer(0, 5), b: integer(0, 5) }, { b: 4 })({ a: 1 }, '')).toEqual({ a: 1, b: 4 });
    expect(Object.is(integer(-1, 1)(-0, ''), 0)).toBe(true);
    expect(wideInteger(-(2n ** 63n), 5n)('-9223372036854775808', '')).toBe(-(2n ** 63n));
  });

  it.each<[Read<unknown>, unknown, string]>([
    [list(shape), [{ kind: 'circle', radius: 1 }, { kind: 'circle', radius: 0 }], 'here[1].radius is not an integer from 1 to 9'],
    [list(shape), { length: 0 }, 'here is not a list'],
    [list(flag), Array(1), 'here[0] is not true or false'],
    [shape, { kind: 'toString' }, 'here.kind is not one of circle, label'],
    [shape, Object.create({ kind: 'circle' }), 'here.kind is not one of circle, label'],
    [shape, { kind: 'circle' }, 'here.radius is not an integer from 1 to 9'],
    [shape, parseJson('{"kind": "circle", "radius": 1, "__proto__": 1}'), 'here.__proto__ is not one of kind, radius'],
    [shape, { kind: 'label', text: 't', bold: 1 }, 'here.bold is not true or false'],
    [integer(7, 7), 8, 'here is not 7'],
    [integer(0, 9), 0.5, 'here is not an integer from 0 to 9'],
    [integer(0, 9), '5', 'here is not an integer from 0 to 9'],
    [wideInteger(0n, 9n), 5, 'here is not an integer from 0 to 9 in quotes'],
    [wideInteger(0n, 9n), '1'.repeat(1_000_000), 'here is not an integer from 0 to 9 in quotes'],
    [wideInteger(0n, 99n), '-1', 'here is not an integer from 0 to 99 in quotes'],
    [wideInteger(0n, 99n), ' 1', 'here is not an integer from 0 to 99 in quotes'],
    [word(['a', 'b']), 'c', 'here is not one of a, b'],
  ])('complain of what has not (%#)', (read, value, message) => {
    const [place, expected] = message.split(' is not ') as [string, string];
    expect(() => read(value, 'here')).toThrow(new JsonError(place, expected));
  });

  it('know members of objects, not those of their prototypes', () => {
    expect(member({}, 'constructor')).toBeUndefined();
  });

  it('complain of text that is no JSON', () => {
    expect(() => parseJson('{')).toThrow(/^the text is not JSON: /);
  });
});
