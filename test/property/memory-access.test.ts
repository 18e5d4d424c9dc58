/**
 * Loads, stores and everything that carries vectors, against V8: the same module works on the same bytes in both, and
 * both memories must be equal afterwards, as must be whether an address is out of bounds.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileModule } from '#runtime/compile/compile.ts';
import type { FunctionInstance } from '#runtime/function.ts';
import type { MemoryInstance } from '#runtime/cells.ts';
import { instantiate } from '#runtime/instantiate.ts';
import { invoke } from '#runtime/invoke.ts';
import { DEFAULT_OPTIONS } from '#runtime/options.ts';
import { PARTS } from '#runtime/parts.ts';
import { Store } from '#runtime/store.ts';
import { encode } from '#wasm/binary/encode.ts';
import type { InstructionName } from '#wasm/syntax/instructions.ts';
import { instructionTable } from '#wasm/syntax/instructions.ts';
import { parse } from '#wasm/text/parse.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import { int } from '#test/support/run.ts';

const SEED = 20_260;
const SIZE = 65536;
/** Where operands lie and results go. */
const RESULT = 0;
const OPERAND = 32;

const accesses = (Object.entries(instructionTable) as [InstructionName, readonly unknown[]][])
  .filter(([, row]) => row.includes('memArg'))
  .map(([name]) => name);

/** Number of lanes an instruction chooses from, 0 for others. */
function lanesOf(name: InstructionName): number {
  const width = /v128\.\w+?(\d+)_lane/.exec(name)?.[1];
  return width === undefined ? 0 : 128 / Number(width);
}

/** A function from an address: puts what was loaded at RESULT, or stores what is at OPERAND. */
function accessor(name: InstructionName, offset: number, lane: string): string {
  const type = name.slice(0, name.indexOf('.'));
  const access = `${name} offset=${offset} align=1 ${lane}`;
  const operand = `(${type}.load (i32.const ${OPERAND}))`;
  const body = name.includes('store')
    ? `(${access} (local.get 0) ${operand})`
    : `(${type}.store (i32.const ${RESULT}) (${access} (local.get 0) ${lane === '' ? '' : operand}))`;
  return `(func (export "${name} ${offset} ${lane}") (param i32) ${body})`;
}
const OFFSETS = [0, 1, 13, 65_530, 0xffff_ffff];
const ACCESSORS = accesses.flatMap((name) =>
  OFFSETS.flatMap((offset) =>
    (lanesOf(name) === 0 ? [''] : Array.from({ length: lanesOf(name) }, (_, lane) => String(lane))).map((lane) =>
      accessor(name, offset, lane),
    ),
  ),
);

/** Vectors through locals, globals, blocks, branches, calls, tables of branches, `select`, structs and arrays. */
const CARRIERS = `
  (type $s (struct (field (mut i8)) (field (mut v128)) (field (mut i64)))) (type $a (array (mut v128)))
  (global $g (mut v128) (v128.const i32x4 1 2 3 4))
  (func $in (result v128) (v128.load (i32.const ${OPERAND})))
  (func $out (param v128) (v128.store (i32.const ${RESULT}) (local.get 0)))
  (func $swap (param i32 v128 i64 v128) (result v128 i64 v128 i32) (local.get 3) (local.get 2) (local.get 1) (local.get 0))
  (func (export "locals") (param i32) (local v128 i32 v128)
    (local.set 1 (call $in)) (drop (local.tee 3 (local.get 1))) (local.set 2 (i32.const -1)) (call $out (local.get 3)))
  (func (export "globals") (param i32) (global.set $g (call $in)) (call $out (global.get $g)))
  (func (export "select") (param i32)
    (call $out (select (call $in) (v128.const i64x2 5 6) (i32.and (local.get 0) (i32.const 1))))
    (v128.store offset=16 (i32.const ${RESULT}) (select (result v128) (v128.const i64x2 7 8) (call $in) (i32.and (local.get 0) (i32.const 2)))))
  (func (export "calls") (param i32) (local v128 i64 v128 i32)
    (call $swap (local.get 0) (call $in) (i64.const -2) (global.get $g))
    (local.set 4) (local.set 3) (local.set 2) (local.set 1)
    (v128.store (i32.const ${RESULT}) (local.get 1)) (v128.store offset=16 (i32.const ${RESULT}) (local.get 3))
    (i64.store offset=48 (i32.const ${RESULT}) (i64.add (local.get 2) (i64.extend_i32_u (local.get 4)))))
  (func (export "branches") (param i32) (local i32)
    (block $out (result v128 i32)
      (block $b (result v128 i32)
        (i32.const 99) (i64.const 3) (call $in) (i32.const 7)
        (br_table $b $b (local.get 0)))
      (i32.const 1) (i32.add) (br_if $out (local.get 0)))
    (local.set 1) (call $out)
    (i32.store offset=48 (i32.const ${RESULT}) (local.get 1)))
  (func (export "loops") (param i32) (local i32)
    (call $in)
    (loop $l (param v128) (result v128)
      (drop) (v128.load (i32.add (i32.const ${OPERAND}) (local.get 1)))
      (local.set 1 (i32.add (local.get 1) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get 1) (i32.and (local.get 0) (i32.const 15)))))
    (call $out))
  (func (export "structs") (param i32) (local (ref $s))
    (local.set 1 (struct.new $s (i32.const 1) (v128.const i64x2 1 1) (i64.const 2)))
    (struct.set $s 1 (local.get 1) (call $in))
    (call $out (struct.get $s 1 (local.get 1)))
    (i64.store offset=16 (i32.const ${RESULT}) (struct.get $s 2 (local.get 1))))
  (func (export "arrays") (param i32) (local (ref $a))
    (local.set 1 (array.new $a (call $in) (i32.const 5)))
    (array.set $a (local.get 1) (i32.const 1) (global.get $g))
    (array.fill $a (local.get 1) (i32.const 2) (v128.const i64x2 3 4) (i32.const 1))
    (array.copy $a $a (local.get 1) (i32.const 1) (local.get 1) (i32.const 0) (i32.const 3))
    (call $out (array.get $a (local.get 1) (i32.and (local.get 0) (i32.const 3)))))`;
const CARRIER_NAMES = [...CARRIERS.matchAll(/\(export "(\w+)"\)/g)].map(([, name]) => name!);

const MODULE = parse(`(module (memory (export "memory") 1 1) ${ACCESSORS.join('\n')} ${CARRIERS})`);

const registry = new TypeRegistry();
const store = new Store(registry, PARTS.drc, DEFAULT_OPTIONS);
const compiled = compileModule(MODULE, registry);
const v8 = new WebAssembly.Instance(new WebAssembly.Module(encode(MODULE)));
const v8Bytes = new Uint8Array((v8.exports['memory'] as { readonly buffer: ArrayBuffer }).buffer);
const made = instantiate(store, compiled, () => undefined);
if (made.kind !== 'instantiated') throw new Error(`the module must instantiate: ${made.kind}`);
const { exports } = made.instance;
const ownBytes = (exports.get('memory') as MemoryInstance).bytes;

function ownRun(name: string, address: number): string {
  store.fuel = 10_000;
  const outcome = invoke(store, exports.get(name) as FunctionInstance, [int(address)]);
  return outcome.kind === 'trapped' ? outcome.trap : outcome.kind;
}
function v8Run(name: string, address: number): string {
  try {
    (v8.exports[name] as (address: number) => void)(address);
    return 'returned';
  } catch (error) {
    return /memory access out of bounds/.test((error as Error).message) ? 'outOfBoundsMemoryAccess' : String(error);
  }
}
/** What differs from V8, or undefined. */
function differenceOf(name: string, fill: Uint8Array, address: number): string | undefined {
  for (const bytes of [ownBytes, v8Bytes]) {
    bytes.fill(0);
    bytes.set(fill);
    bytes.set(fill, SIZE - fill.length);
  }
  const [own, theirs] = [ownRun(name, address), v8Run(name, address)];
  if (own !== theirs) return `${own}, V8 ${theirs}`;
  const at = ownBytes.findIndex((byte, i) => byte !== v8Bytes[i]);
  return at < 0 ? undefined : `byte ${at} is ${ownBytes[at]}, V8 has ${v8Bytes[at]}`;
}

const fill = fc.uint8Array({ minLength: 128, maxLength: 128 });
const address = fc.oneof(fc.integer({ min: 0, max: 112 }), fc.integer({ min: SIZE - 40, max: SIZE + 2 }), fc.integer());

describe('memory accesses', () => {
  it('are all there', () => {
    expect(accesses.length).toBe(23 + 12 + 10);
    expect(CARRIER_NAMES.length).toBeGreaterThan(7);
  });

  it.each(accesses)('%s agrees with V8', (name) => {
    const names = [...exports.keys()].filter((key) => key.startsWith(`${name} `));
    expect(names.length).toBe(OFFSETS.length * Math.max(1, lanesOf(name)));
    const property = fc.property(fc.constantFrom(...names), fill, address, (key, bytes, at) => {
      expect(differenceOf(key, bytes, at), key).toBeUndefined();
    });
    fc.assert(property, { seed: SEED, numRuns: 60 });
  });
});

describe('vectors keep their bits', () => {
  it.each(CARRIER_NAMES)('in %s', (name) => {
    const property = fc.property(fill, fc.nat(20), (bytes, n) => {
      expect(differenceOf(name, bytes, n)).toBeUndefined();
    });
    fc.assert(property, { seed: SEED, numRuns: 60 });
  });
});
