/**
 * The binary and text formats on arbitrary input: bytes and texts a few edits away from small modules throw nothing but
 * typed errors, and what is accepted survives every round trip.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import { DecodeError, ParseError } from '#wasm/errors.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { F32, F64, formatFloatBits, parseFloatBits } from '#wasm/text/floats.ts';
import { parse } from '#wasm/text/parse.ts';
import { print } from '#wasm/text/print.ts';

const SEED = 20_260;

const TEXTS = [
  `(type $a (array (mut i8))) (rec (type $s (sub (struct (field (ref null $s)) (field (mut i16))))) (type (sub $s (struct
     (field (ref null $s)) (field (mut i16)) (field f64)))))
   (func (export "f") (param i32) (result i32) (local anyref (ref null $s) (ref null $s))
     (local.set 1 (array.new_data $a 0 (i32.const 0) (i32.const 2)))
     (block $b (result (ref $s)) (br_on_cast $b anyref (ref $s) (local.get 1)) (drop) (return (i32.const -7)))
     (struct.get_s $s 1)) (data "abc")`,
  `(import "m" "f" (func $f (param i64 f32) (result externref))) (table $t 1 9 funcref) (memory 1) (memory 2 3) (tag $e (param i32))
   (global $g (mut f64) (f64.const nan:0x123)) (global (ref any) (ref.i31 (i32.const 1)))
   (elem (i32.const 0) $f) (elem declare func $f) (elem (table $t) (i32.const 1) (ref null func) (item ref.func $f) (ref.null func))
   (func $main (loop $l (try_table (catch $e 0) (catch_all 1) (br_if $l (i32.load8_u 1 offset=7 (i32.const 3)))))
     (if (i32.const 1) (then (throw $e (i32.const 2))) (else (memory.copy 1 0 (i32.const 0) (i32.const 0) (i32.const 0))))
     (v128.store align=1 (i32.const 0) (v128.const i64x2 1 -1)) (br_table 0 0 (i64.eqz (i64.const 0x8000000000000000))))
   (start $main) (data (memory 1) (i32.const 5) "\\00\\ff")`,
];
const MODULES = TEXTS.map(parse);
const BINARIES = MODULES.map(encode);

type Edit = readonly [kind: 'set' | 'insert' | 'remove', position: number, value: number];
/** Mostly replacements: what changes the length of a section is refused at once. */
const kinds = fc.constantFrom('set', 'set', 'set', 'set', 'insert', 'remove');
const edits = fc.array(fc.tuple(kinds, fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 });

/** Applies edits to any sequence; `alphabet` is what numbers stand for. */
function edited<T>(items: readonly T[], changes: readonly Edit[], alphabet: (value: number) => T): T[] {
  const result = [...items];
  for (const [kind, position, value] of changes) {
    const at = position % (result.length + 1);
    result.splice(at, kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [alphabet(value)]));
  }
  return result;
}

function attempt(run: () => Module): Module | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof DecodeError || error instanceof ParseError) return undefined;
    throw error;
  }
}

function survivesRoundTrips(module: Module): void {
  expect(decode(encode(module))).toEqual(module);
  const bare = { ...module, customs: [] };
  // In text, a table whose initialiser is an empty expression looks like one without.
  if (module.tables.some(({ init }) => init?.length === 0)) return;
  expect(Buffer.compare(encode(parse(print(module))), encode(bare))).toBe(0);
}

describe('binary and text formats', () => {
  it('refuse or faithfully keep mutated binaries', () => {
    let accepted = 0;
    const property = fc.property(fc.constantFrom(...BINARIES), edits, (binary, changes) => {
      const bytes = Uint8Array.from(edited([...binary], changes, (value) => value & 0xff));
      const module = attempt(() => decode(bytes));
      if (module === undefined) return;
      accepted++;
      survivesRoundTrips(module);
    });
    fc.assert(property, { seed: SEED, numRuns: 4000 });
    expect(accepted).toBeGreaterThan(300);
  });

  it('refuse or faithfully keep mutated texts', () => {
    const tokens = TEXTS.map((text) => text.split(/(?=[()\s"])/));
    const vocabulary = tokens.flat();
    let accepted = 0;
    const property = fc.property(fc.constantFrom(...tokens), edits, (text, changes) => {
      const mutated = edited(text, changes, (value) => vocabulary[value % vocabulary.length]!).join('');
      const module = attempt(() => parse(mutated));
      if (module === undefined) return;
      accepted++;
      survivesRoundTrips(module);
    });
    fc.assert(property, { seed: SEED, numRuns: 4000 });
    expect(accepted).toBeGreaterThan(200);
  });

  it('print and parse every bit pattern of a float', () => {
    const f32 = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n });
    const f64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    const property = fc.property(f32, f64, (single, double) => {
      expect(parseFloatBits(formatFloatBits(single, F32), F32)).toBe(single);
      expect(parseFloatBits(formatFloatBits(double, F64), F64)).toBe(double);
    });
    fc.assert(property, { seed: SEED, numRuns: 1000 });
  });

  it('read decimal floats as JavaScript does', () => {
    const decimal = fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 });
    const property = fc.property(decimal, (value) => {
      const bits = new BigUint64Array(Float64Array.of(value).buffer)[0];
      expect(parseFloatBits(String(value), F64)).toBe(bits);
    });
    fc.assert(property, { seed: SEED, numRuns: 1000 });
  });
});
