import { describe, expect, it } from 'vitest';
import { JsonError } from '#util/json.ts';
import { encode } from '#wasm/binary/encode.ts';
import { parse } from '#wasm/text/parse.ts';
import type { Program } from './program.ts';
import { DEFAULT_KNOBS, DEFAULT_PROGRAM_LIMITS, NO_COLLECTIONS } from './program.ts';
import { packProgram, programRecord, readProgramRecord, unpackProgram } from './record.ts';

const MODULE = parse('(module (func (export "a")))');

const PROGRAM: Program = {
  modules: [{ name: 'm', module: MODULE }],
  steps: [
    { kind: 'instantiate', module: 0 },
    {
      kind: 'call',
      module: 0,
      export: 'a',
      args: [{ kind: 'i64', value: -(2n ** 63n) }, { kind: 'f64', bits: 2n ** 64n - 1n }, { kind: 'f32', bits: 2 ** 32 - 1 }, { kind: 'null' }],
      keep: 1,
    },
    { kind: 'setGlobal', module: 0, export: 'g', value: { kind: 'i64', value: 5n } },
  ],
  schedule: { ...NO_COLLECTIONS, atSafePoints: [3, 1] },
  collector: { ...DEFAULT_KNOBS, drops: 'immediate' },
  limits: DEFAULT_PROGRAM_LIMITS,
};

function read(changes: object): Program {
  return readProgramRecord({ ...programRecord(PROGRAM), ...changes }, () => MODULE, 'program');
}

describe('a record of a Program', () => {
  it('has wide numbers as strings', () => {
    expect(programRecord(PROGRAM).steps[1]).toMatchObject({ args: [{ value: '-9223372036854775808' }, { bits: '18446744073709551615' }, {}, {}] });
    expect(programRecord(PROGRAM).steps[2]).toMatchObject({ value: { value: '5' } });
  });

  it('is read as the Program', () => {
    expect(unpackProgram(packProgram(PROGRAM))).toEqual(PROGRAM);
  });

  it('may leave out what is as by default, and may stand among other members', () => {
    const sparse = { modules: [], steps: [], schedule: { zeal: 2 }, title: 't' };
    expect(readProgramRecord(sparse, () => MODULE)).toEqual({
      modules: [],
      steps: [],
      schedule: { ...NO_COLLECTIONS, zeal: 2 },
      collector: DEFAULT_KNOBS,
      limits: DEFAULT_PROGRAM_LIMITS,
    });
  });

  const call = { kind: 'call', module: 0, export: 'a', args: [] };
  const callWith = (...args: readonly unknown[]) => ({ steps: [{ ...call, args }] });

  it.each<[object, RegExp]>([
    [{ modules: 'm' }, /^program\.modules is not a list$/],
    [{ modules: [1] }, /^program\.modules\[0\] is not a string$/],
    [{ steps: undefined }, /^program\.steps is not a list$/],
    [{ steps: [null] }, /^program\.steps\[0\] is not an object$/],
    [{ steps: [{ kind: 'toString' }] }, /^program\.steps\[0\]\.kind is not one of instantiate, drop, call, /],
    [{ steps: [{ kind: 'collect', module: 0 }] }, /^program\.steps\[0\]\.module is not one of kind$/],
    [{ steps: [{ ...call, keep: -1 }] }, /^program\.steps\[0\]\.keep is not an integer from 0 to 4294967295$/],
    [{ steps: [{ ...call, kept: 1 }] }, /^program\.steps\[0\]\.kept is not one of kind, module, export, args, keep$/],
    [callWith({ kind: 'null' }, { kind: 'v128', bits: '0' }), /^program\.steps\[0\]\.args\[1\]\.kind is not one of i32, i64, /],
    [callWith({ kind: 'i32', value: 2 ** 31 }), /^program\.steps\[0\]\.args\[0\]\.value is not an integer from -2147483648 to 2147483647$/],
    [callWith({ kind: 'i32', value: 0.5 }), /args\[0\]\.value is not an integer/],
    [callWith({ kind: 'i31', value: 2 ** 30 }), /args\[0\]\.value is not an integer from -1073741824 to 1073741823$/],
    [callWith({ kind: 'f32', bits: -1 }), /args\[0\]\.bits is not an integer from 0 to 4294967295$/],
    [callWith({ kind: 'i64', value: 5 }), /args\[0\]\.value is not an integer from -9223372036854775808 to 9223372036854775807 in quotes$/],
    [callWith({ kind: 'i64', value: '9223372036854775808' }), /args\[0\]\.value is not an integer/],
    [callWith({ kind: 'f64', bits: '-1' }), /args\[0\]\.bits is not an integer from 0 to 18446744073709551615 in quotes$/],
    [{ schedule: { zeel: 1 } }, /^program\.schedule\.zeel is not one of zeal, allocZeal, atEntry, atSafePoints$/],
    [{ schedule: { zeal: 2 ** 31 } }, /^program\.schedule\.zeal is not/],
    [{ schedule: { atSafePoints: [1, 0] } }, /^program\.schedule\.atSafePoints\[1\] is not an integer from 1 to/],
    [{ collector: { drops: 'sometimes' } }, /^program\.collector\.drops is not one of immediate, deferred$/],
    [{ collector: { heapGrowthStep: 0 } }, /^program\.collector\.heapGrowthStep is not/],
    [{ collector: null }, /^program\.collector is not an object$/],
    [{ limits: { fuel: 0 } }, /^program\.limits\.fuel is not an integer from 1 to 2147483647$/],
  ])('is refused with its place: %j', (changes, message) => {
    expect(() => read(changes)).toThrow(JsonError);
    expect(() => read(changes)).toThrow(message);
  });

  it('is refused when its text or a module cannot be read', () => {
    const { record, modules } = packProgram(PROGRAM);
    expect(() => unpackProgram({ record: record.slice(1), modules })).toThrow(/^the text is not JSON: /);
    expect(() => unpackProgram({ record, modules: [] })).toThrow(/^modules\[0\] is not the name of a module that can be read: /);
    expect(() => unpackProgram({ record, modules: [encode(MODULE).subarray(0, 12)] })).toThrow(JsonError);
  });

  it('lets errors pass that say nothing about it', () => {
    const broken = new Error('disk');
    expect(() => readProgramRecord(programRecord(PROGRAM), () => { throw broken; })).toThrow(broken);
  });
});
