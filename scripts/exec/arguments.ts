/** Arguments of a call as the command line writes them, read by the types of the function's parameters. */
import type { FuncType } from '#wasm/syntax/types.ts';
import { ValType, isRefType, typeName } from '#wasm/syntax/types.ts';
import type { Value } from '#runtime/value.ts';
import { UsageError } from '../cli/errors.ts';

/** Makes the host object that carries a number. */
export type HostObject = (number: number) => Value;

const INTEGER = /^[+-]?(\d+|0x[\da-f]+)$/i;

/** An integer of so many bits, signed or not, as the signed one with the same bits. */
function integer(text: string, bits: number): bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  const magnitude = BigInt(text.replace(/^[+-]/, ''));
  const value = text.startsWith('-') ? -magnitude : magnitude;
  const limit = 1n << BigInt(bits);
  return value < -(limit >> 1n) || value >= limit ? undefined : BigInt.asIntN(bits, value);
}

/** A number, `inf`, `nan`, or `nan:0x` and all its bits. */
function floatBits(text: string, bytes: 4 | 8): bigint | undefined {
  const bits = /^nan:(0x[\da-f]+)$/i.exec(text);
  if (bits !== null) return BigInt.asUintN(8 * bytes, BigInt(bits[1]!));
  const word = /^([+-]?)(inf|nan)$/i.exec(text);
  if (word === null && (text.trim() === '' || Number.isNaN(Number(text)))) return undefined;
  const sign = word?.[1] === '-' ? -1 : 1;
  const value = word === null ? Number(text) : word[2]!.toLowerCase() === 'inf' ? sign * Infinity : NaN;
  const view = new DataView(new ArrayBuffer(8));
  if (bytes === 4) view.setFloat32(0, value);
  else view.setFloat64(0, value);
  return bytes === 4 ? BigInt(view.getUint32(0)) : view.getBigUint64(0);
}

function reference(text: string, host: HostObject): Value | undefined {
  if (text === 'null') return { kind: 'null' };
  const match = /^(i31|host):(.+)$/.exec(text);
  const number = match === null ? undefined : integer(match[2]!, match[1] === 'i31' ? 31 : 32);
  if (number === undefined) return undefined;
  return match![1] === 'host' ? host(Number(number)) : { kind: 'i31', value: Number(number) };
}

function readArgument(text: string, type: ValType, host: HostObject): Value | undefined {
  if (isRefType(type)) return reference(text, host);
  // Results are printed with their type in front, and may be passed on like that.
  const bare = text.startsWith(`${typeName(type)}:`) ? text.slice(typeName(type).length + 1) : text;
  switch (type) {
    case ValType.i32: {
      const value = integer(bare, 32);
      return value === undefined ? undefined : { kind: 'i32', value: Number(value) };
    }
    case ValType.i64: {
      const value = integer(bare, 64);
      return value === undefined ? undefined : { kind: 'i64', value };
    }
    case ValType.f32: {
      const bits = floatBits(bare, 4);
      return bits === undefined ? undefined : { kind: 'f32', bits: Number(bits) };
    }
    case ValType.f64: {
      const bits = floatBits(bare, 8);
      return bits === undefined ? undefined : { kind: 'f64', bits };
    }
    default:
      return undefined;
  }
}

/** @throws UsageError naming the argument that does not fit */
export function readArguments(texts: readonly string[], { params }: FuncType, host: HostObject): Value[] {
  if (texts.length !== params.length) {
    throw new UsageError(`the function wants ${params.length} arguments (${params.map(typeName).join(' ')}), not ${texts.length}`);
  }
  return params.map((type, i) => {
    const value = readArgument(texts[i]!, type, host);
    if (value === undefined) throw new UsageError(`argument ${i + 1} must be a value of type ${typeName(type)}, not '${texts[i]}'`);
    return value;
  });
}
