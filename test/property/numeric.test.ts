/**
 * Every numeric instruction against V8, on random operands and those at the edges. Values cross as bit patterns, for
 * JavaScript numbers cannot hold every NaN.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FunctionInstance } from '#runtime/function.ts';
import { compileModule } from '#runtime/compile/compile.ts';
import { instantiate } from '#runtime/instantiate.ts';
import { invoke } from '#runtime/invoke.ts';
import { DEFAULT_OPTIONS } from '#runtime/options.ts';
import { PARTS } from '#runtime/parts.ts';
import { Store } from '#runtime/store.ts';
import type { Value } from '#runtime/value.ts';
import { encode } from '#wasm/binary/encode.ts';
import type { Expr, Instruction, InstructionName } from '#wasm/syntax/instructions.ts';
import { Op, instructionTable } from '#wasm/syntax/instructions.ts';
import { EMPTY_MODULE } from '#wasm/syntax/module.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { ValType } from '#wasm/syntax/types.ts';
import type { ValType as ValTypeCode } from '#wasm/syntax/types.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';

const SEED = 20_260;
const RUNS_EACH = 250;

type Type = 'i32' | 'i64' | 'f32' | 'f64';
interface Operation {
  readonly name: InstructionName;
  readonly params: readonly Type[];
  readonly result: Type;
}

const UNARY = /\.(eqz|clz|ctz|popcnt|abs|neg|ceil|floor|trunc|nearest|sqrt|extend\d+_s)$/;
const COMPARISON = /\.(eqz|eq|ne|[lg][te](_[su])?)$/;
/** `i32.trunc_sat_f64_u`, `f32.demote_f64`: result type first, operand type inside. */
const CONVERSION = /^\w+\.\w+_([if]\d\d)(_[su])?$/;

function operationOf(name: InstructionName): Operation {
  const own = name.slice(0, 3) as Type;
  const operand = CONVERSION.exec(name)?.[1] as Type | undefined;
  if (operand !== undefined) return { name, params: [operand], result: own };
  return { name, params: UNARY.test(name) ? [own] : [own, own], result: COMPARISON.test(name) ? 'i32' : own };
}

const OPERATIONS = (Object.keys(instructionTable) as InstructionName[])
  .filter((name) => (Op[name] >= 0x45 && Op[name] <= 0xc4) || (Op[name] >= 0x200 && Op[name] <= 0x207))
  .map(operationOf);

/** The type that carries a value's bits, and the instructions there and back. */
const CARRIER: Readonly<Record<Type, { type: ValTypeCode; from: Expr; to: Expr }>> = {
  i32: { type: ValType.i32, from: [], to: [] },
  i64: { type: ValType.i64, from: [], to: [] },
  f32: { type: ValType.i32, from: [{ op: Op['f32.reinterpret_i32'] }], to: [{ op: Op['i32.reinterpret_f32'] }] },
  f64: { type: ValType.i64, from: [{ op: Op['f64.reinterpret_i64'] }], to: [{ op: Op['i64.reinterpret_f64'] }] },
};

const MODULE: Module = {
  ...EMPTY_MODULE,
  recGroups: OPERATIONS.map(({ params, result }) => [
    {
      final: true,
      supertypes: [],
      composite: { kind: 'func', params: params.map((type) => CARRIER[type].type), results: [CARRIER[result].type] },
    },
  ]),
  functions: OPERATIONS.map(({ name, params, result }, typeIndex) => ({
    typeIndex,
    locals: [],
    body: [
      ...params.flatMap((type, local): Instruction[] => [{ op: Op['local.get'], local }, ...CARRIER[type].from]),
      { op: Op[name] } as Instruction,
      ...CARRIER[result].to,
    ],
  })),
  exports: OPERATIONS.map(({ name }, index) => ({ name, kind: 'func', index })),
};

type Bits = bigint;

const registry = new TypeRegistry();
const store = new Store(registry, PARTS.drc, DEFAULT_OPTIONS);
const ours = instantiate(store, compileModule(MODULE, registry), () => undefined);
if (ours.kind !== 'instantiated') throw new Error(`the module must instantiate: ${ours.kind}`);
const v8 = new WebAssembly.Instance(new WebAssembly.Module(encode(MODULE)));

const isWide = (type: Type): boolean => type === 'i64' || type === 'f64';

function oursGives({ name, params, result }: Operation, operands: readonly Bits[]): string {
  const args = operands.map((bits, i): Value =>
    isWide(params[i]!) ? { kind: 'i64', value: BigInt.asIntN(64, bits) } : { kind: 'i32', value: Number(BigInt.asIntN(32, bits)) },
  );
  store.fuel = 1000;
  const outcome = invoke(store, ours.kind === 'instantiated' ? (ours.instance.exports.get(name) as FunctionInstance) : undefined!, args);
  if (outcome.kind === 'trapped') return `trap ${outcome.trap}`;
  if (outcome.kind !== 'returned') return outcome.kind;
  return show(BigInt((outcome.values[0] as { value: number | bigint }).value), result);
}

const V8_TRAPS: readonly (readonly [RegExp, string])[] = [
  [/divide by zero|remainder by zero/, 'trap integerDivideByZero'],
  [/divide result unrepresentable/, 'trap integerOverflow'],
  [/float unrepresentable/, 'trap'],
];
function v8Gives({ name, params, result }: Operation, operands: readonly Bits[]): string {
  const args = operands.map((bits, i) => (isWide(params[i]!) ? BigInt.asIntN(64, bits) : Number(BigInt.asIntN(32, bits))));
  try {
    const value = (v8.exports[name] as (...args: unknown[]) => number | bigint)(...args);
    return show(BigInt(value), result);
  } catch (error) {
    return V8_TRAPS.find(([message]) => message.test((error as Error).message))?.[1] ?? String(error);
  }
}

const EXPONENT: Readonly<Record<'f32' | 'f64', Bits>> = { f32: 0x7f80_0000n, f64: 0x7ff0_0000_0000_0000n };
const ALL_BITS: Readonly<Record<'f32' | 'f64', Bits>> = { f32: 0x7fff_ffffn, f64: 0x7fff_ffff_ffff_ffffn };

function isNaNBits(bits: Bits, type: Type): boolean {
  return (type === 'f32' || type === 'f64') && (bits & ALL_BITS[type]) > EXPONENT[type];
}
function show(value: bigint, type: Type): string {
  return `0x${BigInt.asUintN(isWide(type) ? 64 : 32, value).toString(16)}`;
}

/** These pass the bits of a NaN through; of all others the result is any NaN, ours the canonical one. */
const KEEPS_NAN = /(abs|neg|copysign)$|reinterpret/;
const CANONICAL: Readonly<Record<'f32' | 'f64', string>> = { f32: '0x7fc00000', f64: '0x7ff8000000000000' };

function agree(operation: Operation, left: string, right: string): boolean {
  if (left === right) return true;
  // V8 has one message for both of our traps.
  if (right === 'trap') return left === 'trap integerOverflow' || left === 'trap invalidConversionToInteger';
  const { name, result } = operation;
  if (KEEPS_NAN.test(name) || (result !== 'f32' && result !== 'f64') || !right.startsWith('0x')) return false;
  return left === CANONICAL[result] && isNaNBits(BigInt(right), result);
}

const floatBits = (value: number, type: 'f32' | 'f64'): Bits => {
  const view = new DataView(new ArrayBuffer(8));
  if (type === 'f32') view.setFloat32(0, value);
  else view.setFloat64(0, value);
  return type === 'f32' ? BigInt(view.getUint32(0)) : view.getBigUint64(0);
};
/** Where integers and floats change what they do: powers of two with their neighbours, halves, huge and tiny. */
const POWERS = [7, 8, 15, 16, 23, 24, 31, 32, 52, 53, 62, 63, 64].flatMap((n) => [2 ** n, 2 ** n + 1, 2 ** n - 1, 2 ** n + 0.5]);
const EDGE_FLOATS = [0, 0.5, 1, 1.5, 2.5, 3.4028235677973366e38, 3.4028234663852886e38, 5e-324, 1.4e-45, 2 ** -126, 2 ** -1022, Infinity, ...POWERS]
  .flatMap((value) => [value, -value])
  .flatMap((value) => [value, value * (1 + 2 ** -24), value * (1 - 2 ** -53)]);
const NANS: Readonly<Record<'f32' | 'f64', readonly Bits[]>> = {
  f32: [0x7fc00000n, 0xffc00000n, 0x7f800001n, 0x7fa12345n, 0xffffffffn],
  f64: [0x7ff8000000000000n, 0xfff8000000000000n, 0x7ff0000000000001n, 0x7ff4123456789abcn, 0xffffffffffffffffn],
};
const EDGE_INTEGERS = [0n, 1n, 2n, 3n, 5n, 7n, 8n, 31n, 32n, 33n, 63n, 64n, 65n, ...[7, 8, 15, 16, 24, 31, 32, 40, 52, 53, 54, 55, 62, 63].map((n) => 1n << BigInt(n))]
  .flatMap((value) => [value, value - 1n, value + 1n, -value, -value + 1n, -value - 1n]);

/** Halfway between two floats of 24 or 53 bits, or as near to that as can be: what rounding twice gets wrong. */
function nearTie(type: Type): fc.Arbitrary<Bits> {
  const width = isWide(type) ? 64 : 32;
  const mantissa = fc.oneof(
    fc.bigInt({ min: 1n << 23n, max: (1n << 24n) - 1n }),
    fc.bigInt({ min: 1n << 52n, max: (1n << 53n) - 1n }),
  );
  return fc.tuple(mantissa, fc.integer({ min: 1, max: 40 }), fc.constantFrom(-1n, 0n, 1n)).map(([m, shift, off]) => {
    const integer = (2n * m + 1n) * (1n << BigInt(shift - 1)) + off;
    if (type === 'f32' || type === 'f64') return floatBits(Number(integer) * 2 ** -30, type);
    return BigInt.asUintN(width, integer);
  });
}

function operand(type: Type): fc.Arbitrary<Bits> {
  const width = isWide(type) ? 64 : 32;
  const random = fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n });
  if (type === 'i32' || type === 'i64') {
    return fc.oneof(random, nearTie(type), fc.constantFrom(...EDGE_INTEGERS).map((value) => BigInt.asUintN(width, value)));
  }
  const edges = fc.constantFrom(...EDGE_FLOATS.map((value) => floatBits(value, type)), ...NANS[type]);
  const middling = fc.tuple(fc.integer(), fc.integer({ min: -4, max: 70 })).map(([m, e]) => floatBits(m * 2 ** (e - 31), type));
  return fc.oneof(random, edges, middling, nearTie(type));
}

describe('numeric instructions', () => {
  it('are all there', () => {
    expect(OPERATIONS.length).toBe(0xc4 - 0x45 + 1 + 8);
  });

  it.each(OPERATIONS.map((operation) => [operation.name, operation] as const))('%s agrees with V8', (_, operation) => {
    const property = fc.property(fc.tuple(...operation.params.map(operand)), (operands) => {
      const [left, right] = [oursGives(operation, operands), v8Gives(operation, operands)];
      expect(agree(operation, left, right), `${operands.map((bits) => bits.toString(16)).join(', ')}: ${left}, V8 ${right}`).toBe(true);
    });
    fc.assert(property, { seed: SEED, numRuns: RUNS_EACH });
  });
});
