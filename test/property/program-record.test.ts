/** Programs come back from their records as they were; whatever else a record holds is refused with a place, or is a Program too. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixup } from '#fuzz/program/fixup.ts';
import { Random } from '#fuzz/generators/random.ts';
import { GENERATORS } from '#fuzz/generators/registry.ts';
import type { Argument, Program, Step } from '#fuzz/program/program.ts';
import { packProgram, programRecord, unpackProgram } from '#fuzz/program/record.ts';
import { JsonError } from '#util/json.ts';
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import { zoo } from '#test/support/zoo.ts';
import { vandalised } from '#test/support/vandalism.ts';

const seeds = fc.noBias(fc.integer());

/** A Program with modules as they are read back: constants of code may be written in several ways. */
function plain(program: Program): unknown {
  return { ...program, modules: program.modules.map(({ name, module }) => ({ name, module: decode(encode(module)) })) };
}

function throughRecord(program: Program): unknown {
  return plain(unpackProgram(packProgram(program)));
}

/** Of every kind that has a number. */
const ARGUMENTS: readonly Argument[] = [
  { kind: 'i32', value: 1 },
  { kind: 'i64', value: 2n },
  { kind: 'f32', bits: 3 },
  { kind: 'f64', bits: 4n },
  { kind: 'i31', value: 5 },
  { kind: 'host', number: 6 },
  { kind: 'kept', slot: 7 },
];
const STEPS: readonly Step[] = [
  { kind: 'instantiate', module: 0 },
  { kind: 'call', module: 0, export: 'e', args: ARGUMENTS },
  { kind: 'growTable', module: 0, export: 'table', by: 4, value: { kind: 'null' } },
  { kind: 'renew' },
];

describe('a packed Program', () => {
  it('is the same when it is unpacked', () => {
    fc.assert(
      fc.property(fc.nat(GENERATORS.length - 1), seeds, (generator, seed) => {
        const program = GENERATORS[generator]!.generate(seed);
        expect(throughRecord(program)).toEqual(plain(program));
      }),
      { seed: 20_261_124, numRuns: 150 },
    );
  });

  it('is in range after fixup, whatever has been done to it', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const fixed = fixup(vandalised({ ...zoo(new Random(seed)), steps: STEPS }, new Random(seed), 0.1));
        expect(fixed && throughRecord(fixed)).toEqual(fixed && plain(fixed));
      }),
      { seed: 20_261_125, numRuns: 300 },
    );
  });
});

/** Values that have the look of what belongs into a record, and some that have not. */
const leaf = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  fc.constantFrom<unknown>(-1, 0, 1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, null, '', '1', '-1', '18446744073709551616', '__proto__', 'constructor', [], {}),
  fc.constantFrom<unknown>('i32', 'i64', 'f64', 'kept', 'call', 'release', 'setTable', 'collect', 'deferred', { kind: 'i64', value: '7' }, { kind: 'toString' }),
);

/** Names of members to add. */
const KEYS = ['__proto__', 'constructor', 'kind', 'value', 'keep', 'zeal', 'other'];

type Place = readonly (string | number)[];

function placesIn(value: unknown, place: Place = []): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [place];
  return [place, ...Object.entries(value).flatMap(([key, item]) => placesIn(item, [...place, key]))];
}

/** A copy where something else stands in one place, or nothing. */
function withAt(value: unknown, [key, ...rest]: Place, put: unknown): unknown {
  if (key === undefined) return put;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...Object(value) }) as Record<string | number, unknown>;
  Object.defineProperty(copy, key, { value: withAt(copy[key], rest, put), enumerable: true, configurable: true, writable: true });
  return copy;
}

/** What reading gives: a Program, or a complaint that names a place. */
function outcome(read: () => Program): 'program' | 'refused' {
  try {
    const program = read();
    // It is one indeed: it survives the way through a record.
    expect(throughRecord(program)).toEqual(plain(program));
    return 'program';
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    expect(error.message).toContain(error.expected);
    return 'refused';
  }
}

describe('a hostile record', () => {
  const program: Program = { ...zoo(new Random(1)), modules: [], schedule: { zeal: 1, allocZeal: 0, atEntry: true, atSafePoints: [1, 5] } };
  const whole = programRecord({ ...program, steps: [...program.steps, ...STEPS] });
  const places = placesIn(whole);

  it('is a Program or is refused, wherever it is spoiled', () => {
    const seen = { program: 0, refused: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.option(fc.constantFrom(...KEYS)), leaf, (place, key, put) => {
        const spoiled = withAt(whole, key === null ? place : [...place, key], put);
        seen[outcome(() => unpackProgram({ record: JSON.stringify(spoiled) ?? '', modules: [] }))]++;
      }),
      { seed: 20_261_125, numRuns: 2000 },
    );
    expect(seen.program).toBeGreaterThan(100);
    expect(seen.refused).toBeGreaterThan(1000);
  });

  it('is refused when it is any other text or JSON', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (record) => {
        outcome(() => unpackProgram({ record, modules: [] }));
      }),
      { seed: 20_261_126, numRuns: 1000 },
    );
    expect(outcome(() => unpackProgram({ record: '['.repeat(200_000), modules: [] }))).toBe('refused');
  });

  it('is refused when a module is no module, or is missing', () => {
    const { record } = packProgram(zoo(new Random(1)));
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 1 }), (modules) => {
        expect(() => unpackProgram({ record, modules })).toThrow(/^modules\[0\] is not the name of a module that can be read: /);
      }),
    );
  });
});
