/**
 * Values as scripts write them: arguments, and patterns for results.
 *
 * Numbers are decimal strings of their bits, read modulo their width, because wast2json writes them unsigned
 * and wasm-tools signed. A reference type without `value` is a null argument, but as a result it stands for
 * any reference of that type that is not null.
 */
import { ScriptError, type Node } from './json.ts';

export type NumberType = 'i32' | 'i64' | 'f32' | 'f64';
export type LaneType = 'i8' | 'i16' | NumberType;
export type NanPattern = 'nan:canonical' | 'nan:arithmetic';
/** Unsigned bits of a lane or number, or a class of NaNs. */
export type BitPattern = bigint | NanPattern;
/** Types of references that a result can be asked to have. */
export type RefKind = 'func' | 'extern' | 'any' | 'eq' | 'i31' | 'struct' | 'array' | 'exn';

export type Argument =
  | { readonly kind: 'number'; readonly type: NumberType; readonly bits: bigint }
  | { readonly kind: 'vector'; readonly bits: bigint }
  | { readonly kind: 'null' }
  /** The host's value `id`, as an external reference or internalised. */
  | { readonly kind: 'host'; readonly id: number };

export type Expected =
  | { readonly kind: 'number'; readonly type: NumberType; readonly bits: BitPattern }
  /** Lane 0 first. */
  | { readonly kind: 'vector'; readonly type: LaneType; readonly lanes: readonly BitPattern[] }
  | { readonly kind: 'null' }
  | { readonly kind: 'host'; readonly id: number }
  | { readonly kind: 'reference'; readonly to: RefKind }
  | { readonly kind: 'either'; readonly choices: readonly Expected[] };

export const LANE_BITS: Readonly<Record<LaneType, number>> = { i8: 8, i16: 16, i32: 32, i64: 64, f32: 32, f64: 64 };

const NUMBER_TYPES: ReadonlySet<string> = new Set<NumberType>(['i32', 'i64', 'f32', 'f64']);
const REFERENCES: Readonly<Record<string, RefKind>> = {
  funcref: 'func',
  externref: 'extern',
  anyref: 'any',
  eqref: 'eq',
  i31ref: 'i31',
  structref: 'struct',
  arrayref: 'array',
  exnref: 'exn',
};
const NULLS: ReadonlySet<string> = new Set(['refnull', 'nullref', 'nullfuncref', 'nullexternref', 'nullexnref']);

function readBits(text: string, width: number, node: Node): bigint {
  if (!/^-?\d+$/.test(text)) throw node.wrong('value', 'a decimal integer');
  return BigInt.asUintN(width, BigInt(text));
}

function readPattern(text: string, type: LaneType, node: Node): BitPattern {
  if (text === 'nan:canonical' || text === 'nan:arithmetic') {
    if (type !== 'f32' && type !== 'f64') throw node.wrong('value', `a value of type ${type}`);
    return text;
  }
  return readBits(text, LANE_BITS[type], node);
}

function readVector(node: Node): Extract<Expected, { kind: 'vector' }> {
  const type = node.text('lane_type') as LaneType;
  if (!Object.hasOwn(LANE_BITS, type)) throw node.wrong('lane_type', 'a type of lanes');
  const lanes = node.texts('value').map((text) => readPattern(text, type, node));
  if (lanes.length * LANE_BITS[type] !== 128) throw node.wrong('value', '128 bits');
  return { kind: 'vector', type, lanes };
}

function readHostId(node: Node): number {
  const text = node.text('value');
  if (!/^\d{1,9}$/.test(text)) throw node.wrong('value', 'a number of a host value');
  return Number(text);
}

/** Result patterns for a reference type; `null` alone where the value says so. */
function readReference(node: Node, to: RefKind): Expected {
  if (!node.has('value')) return { kind: 'reference', to };
  if (node.text('value') === 'null') return { kind: 'null' };
  if (to !== 'extern' && to !== 'any') throw node.wrong('value', `'null'`);
  return { kind: 'host', id: readHostId(node) };
}

/** @throws ScriptError */
export function readExpected(node: Node): Expected {
  const type = node.text('type');
  if (NUMBER_TYPES.has(type)) {
    const number = type as NumberType;
    return { kind: 'number', type: number, bits: readPattern(node.text('value'), number, node) };
  }
  if (type === 'v128') return readVector(node);
  if (NULLS.has(type)) return { kind: 'null' };
  if (Object.hasOwn(REFERENCES, type)) return readReference(node, REFERENCES[type]!);
  // Alternatives are plain values, so the nesting of scripts does not become nesting of calls.
  if (type === 'either') return { kind: 'either', choices: node.nodes('values').map(readChoice) };
  throw node.wrong('type', 'a known type');
}

function readChoice(node: Node): Expected {
  if (node.text('type') === 'either') throw node.wrong('type', 'a plain value');
  return readExpected(node);
}

/** Lanes, lane 0 first, as one little-endian number. */
export function joinLanes(lanes: readonly bigint[], width: number): bigint {
  return lanes.reduceRight((bits, lane) => (bits << BigInt(width)) | lane, 0n);
}

/** @throws ScriptError */
export function readArgument(node: Node): Argument {
  const value = readExpected(node);
  switch (value.kind) {
    case 'null':
    case 'host':
      return value;
    case 'reference':
      return { kind: 'null' };
    case 'number':
      if (typeof value.bits === 'bigint') return { ...value, bits: value.bits };
      break;
    case 'vector': {
      const lanes = value.lanes.filter((lane) => typeof lane === 'bigint');
      if (lanes.length === value.lanes.length) return { kind: 'vector', bits: joinLanes(lanes, LANE_BITS[value.type]) };
      break;
    }
    case 'either':
      break;
  }
  throw new ScriptError(`${node.place} is a pattern and cannot be an argument`);
}

function describeBits(type: LaneType, bits: BitPattern): string {
  if (typeof bits === 'string') return bits;
  return type === 'f32' || type === 'f64' ? `0x${bits.toString(16)}` : BigInt.asIntN(LANE_BITS[type], bits).toString();
}

/** For reports: `i32 -1`, `f32 nan:canonical`, `a struct reference`. */
export function describeExpected(expected: Expected): string {
  switch (expected.kind) {
    case 'number':
      return `${expected.type} ${describeBits(expected.type, expected.bits)}`;
    case 'vector':
      return `v128 ${expected.type} ${expected.lanes.map((lane) => describeBits(expected.type, lane)).join(' ')}`;
    case 'null':
      return 'null';
    case 'host':
      return `host value ${expected.id}`;
    case 'reference':
      return `a reference to ${expected.to}`;
    case 'either':
      return expected.choices.map(describeExpected).join(' or ');
  }
}
