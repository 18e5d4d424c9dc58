/** Types (spec: Binary Format / Types). */
import { DecodeError, LimitError, UnsupportedError } from '../errors.ts';
import type {
  CompositeType,
  FieldType,
  GlobalType,
  HeapType,
  Limits,
  MemoryType,
  PackedType,
  RecGroup,
  StorageType,
  SubType,
  TableType,
  TagType,
  ValType,
} from '../syntax/types.ts';
import { concrete, refType } from '../syntax/types.ts';
import { MAX_TYPE_INDEX } from './limits.ts';
import type { Reader } from './reader.ts';

/** One-byte type codes are negative s7 numbers. */
const S7 = 0x80;

function isAbstractHeapCode(byte: number): boolean {
  return byte >= 0x69 && byte <= 0x74;
}
function isNumericCode(byte: number): boolean {
  return byte >= 0x7b && byte <= 0x7f;
}
/** Whether this byte, in front of a block type, begins a value type and not an index. */
export function isTypeCode(byte: number): boolean {
  return byte >= 0x40 && byte < 0x80;
}

function refuseType(byte: number, offset: number): never {
  if (byte === 0x65) throw new UnsupportedError('threads', 'shared type', offset);
  if (byte === 0x62) throw new UnsupportedError('custom-descriptors', 'exact type', offset);
  if (byte === 0x68 || byte === 0x75) throw new UnsupportedError('stack-switching', 'continuation type', offset);
  throw new DecodeError('malformed type', offset);
}

export function decodeHeapType(r: Reader): HeapType {
  const offset = r.offset;
  const byte = r.peek();
  if (isTypeCode(byte)) {
    if (!isAbstractHeapCode(byte)) refuseType(byte, offset);
    return (r.byte() - S7) as HeapType;
  }
  const index = r.typeIndex();
  if (index > MAX_TYPE_INDEX) throw new LimitError(`type index ${index}`, offset);
  return concrete(index);
}

export function decodeValType(r: Reader): ValType {
  const offset = r.offset;
  const byte = r.byte();
  if (isNumericCode(byte)) return (byte - S7) as ValType;
  if (isAbstractHeapCode(byte)) return refType((byte - S7) as HeapType, true);
  if (byte === 0x63) return refType(decodeHeapType(r), true);
  if (byte === 0x64) return refType(decodeHeapType(r), false);
  return refuseType(byte, offset);
}

export function decodeRefType(r: Reader): ValType {
  if (isNumericCode(r.peek())) throw new DecodeError('malformed reference type', r.offset);
  return decodeValType(r);
}

function decodeStorageType(r: Reader): StorageType {
  const byte = r.peek();
  if (byte === 0x78 || byte === 0x77) return (r.byte() - S7) as PackedType;
  return decodeValType(r);
}

function decodeMutability(r: Reader): boolean {
  const byte = r.byte();
  if (byte > 1) throw new DecodeError('malformed mutability', r.offset - 1);
  return byte === 1;
}

function decodeFieldType(r: Reader): FieldType {
  return { storage: decodeStorageType(r), mutable: decodeMutability(r) };
}

function decodeCompositeType(r: Reader): CompositeType {
  const offset = r.offset;
  const byte = r.byte();
  switch (byte) {
    case 0x60:
      return { kind: 'func', params: r.vector(decodeValType), results: r.vector(decodeValType) };
    case 0x5f:
      return { kind: 'struct', fields: r.vector(decodeFieldType) };
    case 0x5e:
      return { kind: 'array', element: decodeFieldType(r) };
    case 0x5d:
      throw new UnsupportedError('stack-switching', 'continuation type', offset);
    case 0x4c:
    case 0x4d:
      throw new UnsupportedError('custom-descriptors', 'descriptor type', offset);
    default:
      return refuseType(byte, offset);
  }
}

function decodeSubType(r: Reader): SubType {
  const byte = r.peek();
  const plain = byte !== 0x50 && byte !== 0x4f;
  if (!plain) r.offset++;
  return {
    final: byte !== 0x50,
    supertypes: plain ? [] : r.vector(decodeIndex),
    composite: decodeCompositeType(r),
  };
}

export function decodeRecGroup(r: Reader): RecGroup {
  if (r.peek() !== 0x4e) return [decodeSubType(r)];
  r.offset++;
  return r.vector(decodeSubType);
}

export function decodeIndex(r: Reader): number {
  return r.u32();
}

function decodeLimits(r: Reader): Limits {
  const offset = r.offset;
  const flags = r.byte();
  if (flags > 0x07) throw new DecodeError('malformed limits flags', offset);
  if ((flags & 0x04) !== 0) throw new UnsupportedError('memory64', '64-bit limits', offset);
  if ((flags & 0x02) !== 0) throw new UnsupportedError('threads', 'shared limits', offset);
  return { min: decodeLimit(r), max: flags === 1 ? decodeLimit(r) : undefined };
}

/** Written as a u64; what no 32-bit memory or table can have is left to validation as long as it is exact. */
function decodeLimit(r: Reader): number {
  const offset = r.offset;
  const limit = r.u64();
  if (limit > Number.MAX_SAFE_INTEGER) throw new LimitError('limit beyond 2^53', offset);
  return limit;
}

export function decodeTableType(r: Reader): TableType {
  return { element: decodeRefType(r), limits: decodeLimits(r) };
}

export function decodeMemoryType(r: Reader): MemoryType {
  return { limits: decodeLimits(r) };
}

export function decodeGlobalType(r: Reader): GlobalType {
  return { type: decodeValType(r), mutable: decodeMutability(r) };
}

export function decodeTagType(r: Reader): TagType {
  if (r.byte() !== 0) throw new DecodeError('malformed tag attribute', r.offset - 1);
  return { typeIndex: r.u32() };
}
