import { describe, expect, it } from 'vitest';
import type { HostRoot } from '#runtime/host-roots.ts';
import type { Value } from '#runtime/value.ts';
import type { Expected, RefKind } from './literal.ts';
import { allMatch, describeValue, matches, type ObjectView } from './match.ts';

/** An object that tells its own view. */
function object(view: ObjectView): Value {
  return { kind: 'object', root: { view } as unknown as HostRoot };
}
const observe = (value: Extract<Value, { kind: 'object' }>) => (value.root as unknown as { view: ObjectView }).view;

const struct = object({ kind: 'struct', hostId: undefined });
const array = object({ kind: 'array', hostId: undefined });
const exn = object({ kind: 'exn', hostId: undefined });
const host3 = object({ kind: 'host', hostId: 3 });
const i31: Value = { kind: 'i31', value: -1 };
const func: Value = { kind: 'func', address: 1 };
const nothing: Value = { kind: 'null' };

function f32(bits: number): Value {
  return { kind: 'f32', bits };
}
function f64(bits: bigint): Value {
  return { kind: 'f64', bits };
}
function number(type: 'i32' | 'i64' | 'f32' | 'f64', bits: bigint | 'nan:canonical' | 'nan:arithmetic'): Expected {
  return { kind: 'number', type, bits };
}

describe('matches', () => {
  it('compares numbers by type and bits, whatever their sign', () => {
    expect(matches({ kind: 'i32', value: -1 }, number('i32', 0xffff_ffffn), observe)).toBe(true);
    expect(matches({ kind: 'i32', value: -1 }, number('i64', 0xffff_ffffn), observe)).toBe(false);
    expect(matches({ kind: 'i64', value: -1n }, number('i64', (1n << 64n) - 1n), observe)).toBe(true);
    expect(matches(f32(0x8000_0000), number('f32', 0n), observe)).toBe(false);
    expect(matches(f64(1n << 63n), number('f64', 1n << 63n), observe)).toBe(true);
    expect(matches(nothing, number('i32', 0n), observe)).toBe(false);
  });

  it.each([
    [0x7fc0_0000, true, true],
    [0xffc0_0000, true, true],
    [0x7fc0_0001, false, true],
    [0x7fa0_0000, false, false],
    [0x7f80_0000, false, false],
    [0x3fc0_0000, false, false],
  ])('f32 %i is a canonical NaN: %s, an arithmetic one: %s', (bits, canonical, arithmetic) => {
    expect(matches(f32(bits), number('f32', 'nan:canonical'), observe)).toBe(canonical);
    expect(matches(f32(bits), number('f32', 'nan:arithmetic'), observe)).toBe(arithmetic);
  });

  it('tells NaNs of f64 apart', () => {
    expect(matches(f64(0xfff8n << 48n), number('f64', 'nan:canonical'), observe)).toBe(true);
    expect(matches(f64((0x7ff8n << 48n) + 1n), number('f64', 'nan:canonical'), observe)).toBe(false);
    expect(matches(f64(0x7ff4n << 48n), number('f64', 'nan:arithmetic'), observe)).toBe(false);
  });

  it('compares vectors lane by lane', () => {
    const expected: Expected = { kind: 'vector', type: 'f32', lanes: [1n, 'nan:canonical', 3n, 'nan:arithmetic'] };
    const bits = (0x7fc0_0005n << 96n) | (3n << 64n) | (0xffc0_0000n << 32n) | 1n;
    expect(matches({ kind: 'v128', bits }, expected, observe)).toBe(true);
    expect(matches({ kind: 'v128', bits: bits + 1n }, expected, observe)).toBe(false);
    expect(matches({ kind: 'v128', bits: bits + (1n << 32n) }, expected, observe)).toBe(false);
  });

  const all = { struct, array, exn, host3, i31, func, nothing };
  it.each<[RefKind, readonly (keyof typeof all)[]]>([
    ['any', ['struct', 'array', 'host3', 'i31']],
    ['extern', ['struct', 'array', 'host3', 'i31']],
    ['eq', ['struct', 'array', 'i31']],
    ['struct', ['struct']],
    ['array', ['array']],
    ['i31', ['i31']],
    ['func', ['func']],
    ['exn', ['exn']],
  ])('a reference to %s is one of %j', (to, members) => {
    const found = Object.entries(all).filter(([, value]) => matches(value, { kind: 'reference', to }, observe));
    expect(found.map(([name]) => name)).toEqual(members);
  });

  it('knows null, host values and alternatives', () => {
    expect(matches(nothing, { kind: 'null' }, observe)).toBe(true);
    expect(matches(struct, { kind: 'null' }, observe)).toBe(false);
    expect(matches(host3, { kind: 'host', id: 3 }, observe)).toBe(true);
    expect(matches(host3, { kind: 'host', id: 4 }, observe)).toBe(false);
    expect(matches(struct, { kind: 'host', id: 3 }, observe)).toBe(false);
    const either: Expected = { kind: 'either', choices: [{ kind: 'null' }, { kind: 'host', id: 3 }] };
    expect([nothing, host3, i31].map((value) => matches(value, either, observe))).toEqual([true, true, false]);
  });

  it('wants as many results as there are patterns', () => {
    expect(allMatch([], [], observe)).toBe(true);
    expect(allMatch([nothing], [{ kind: 'null' }, { kind: 'null' }], observe)).toBe(false);
    expect(allMatch([nothing, nothing], [{ kind: 'null' }], observe)).toBe(false);
  });
});

describe('describeValue', () => {
  it('says nothing that differs between runs', () => {
    const values: Value[] = [{ kind: 'i64', value: -2n }, f32(0x7fc0_0000), { kind: 'v128', bits: 1n }, nothing, i31, struct, host3];
    expect(values.map((value) => describeValue(value, observe))).toEqual([
      'i64 -2',
      'f32 0x7fc00000',
      'v128 0x00000000000000000000000000000001',
      'null',
      'i31 -1',
      'a reference to struct',
      'host value 3',
    ]);
  });
});
