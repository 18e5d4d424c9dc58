/**
 * A cursor over the bytes of a module (spec: Binary Format / Values).
 *
 * Reading past `end` is a DecodeError, never a wrong value. `enter` and `leave` bracket a part whose length is
 * written in front of it, so that nothing inside can read beyond it.
 */
import { DecodeError } from '../errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Names up to this many bytes are first tried as ASCII, which beats the set-up cost of a TextDecoder. */
const SHORT_NAME_BYTES = 32;

export class Reader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  offset = 0;
  /** One past the last byte that may be read. */
  end: number;
  /** Offset of the first data index that was read: code that has one needs a data count section. */
  dataIndexOffset: number | undefined;

  constructor(bytes: Uint8Array) {
    // A plain view, because the `slice` of a Node Buffer would share memory with the input.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.end = bytes.length;
  }

  get atEnd(): boolean {
    return this.offset === this.end;
  }

  /** Restricts reading to the next `size` bytes; returns what `leave` needs. */
  enter(size: number): number {
    const outer = this.end;
    if (size > outer - this.offset) throw new DecodeError('length out of bounds', this.offset);
    this.end = this.offset + size;
    return outer;
  }
  /** Ends the part begun by `enter`, which must have been read to its last byte. */
  leave(outer: number, what: string): void {
    if (this.offset !== this.end) throw new DecodeError(`${what} size mismatch`, this.offset);
    this.end = outer;
  }

  peek(): number {
    if (this.offset >= this.end) throw new DecodeError('unexpected end', this.offset);
    return this.bytes[this.offset]!;
  }
  byte(): number {
    if (this.offset >= this.end) throw new DecodeError('unexpected end', this.offset);
    return this.bytes[this.offset++]!;
  }

  /** A copy of the next `length` bytes. */
  take(length: number): Uint8Array {
    if (length > this.end - this.offset) throw new DecodeError('length out of bounds', this.offset);
    const start = this.offset;
    this.offset += length;
    return this.bytes.slice(start, this.offset);
  }

  u32(): number {
    const first = this.byte();
    return first < 0x80 ? first : this.#longU32(first);
  }
  #longU32(first: number): number {
    let result = first & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.byte();
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
    const last = this.#lastByte();
    if (last > 0x0f) throw new DecodeError('integer too large', this.offset - 1);
    return (result | (last << 28)) >>> 0;
  }

  s32(): number {
    let result = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (result << (25 - shift)) >> (25 - shift);
    }
    const last = this.#lastByte();
    if ((last & 0x78) !== 0 && (last & 0x78) !== 0x78) throw new DecodeError('integer too large', this.offset - 1);
    return result | (last << 28);
  }

  /** A non-negative s33: how type indices are written where a negative number would be a type code. */
  typeIndex(): number {
    const start = this.offset;
    let result = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if ((byte & 0x40) !== 0) throw new DecodeError('malformed type index', start);
        return result;
      }
    }
    const last = this.#lastByte();
    if (last > 0x0f) throw new DecodeError('integer too large or negative type index', this.offset - 1);
    return (result | (last << 28)) >>> 0;
  }

  s64(): bigint {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      const byte = this.byte();
      const digit = byte & 0x7f;
      if (shift < 28) low |= digit << shift;
      else if (shift === 28) [low, high] = [low | (digit << 28), digit >> 4];
      else high |= digit << (shift - 32);
      if (byte >= 0x80) continue;
      if ((byte & 0x40) === 0) return join(low, high);
      // The sign is the digit's top bit; it fills everything above.
      if (shift < 21) return BigInt(low | (-1 << (shift + 7)));
      return BigInt.asIntN(shift + 7, join(low, high));
    }
    const last = this.#lastByte();
    if (last !== 0 && last !== 0x7f) throw new DecodeError('integer too large', this.offset - 1);
    return join(low, high | (last << 31));
  }

  /** A u64 as the nearest number: exact below 2^53, which is beyond every valid use. */
  u64(): number {
    let result = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      const byte = this.byte();
      result += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return result;
    }
    const last = this.#lastByte();
    if (last > 1) throw new DecodeError('integer too large', this.offset - 1);
    return result + last * 2 ** 63;
  }

  #lastByte(): number {
    const byte = this.byte();
    if (byte >= 0x80) throw new DecodeError('integer representation too long', this.offset - 1);
    return byte;
  }

  /** Bit pattern of an f32, unsigned. */
  f32Bits(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }
  /** Bit pattern of an f64, unsigned. */
  f64Bits(): bigint {
    return this.#view.getBigUint64(this.#skip(8), true);
  }
  /** Bit pattern of a v128, unsigned. */
  v128Bits(): bigint {
    const at = this.#skip(16);
    return this.#view.getBigUint64(at, true) | (this.#view.getBigUint64(at + 8, true) << 64n);
  }
  #skip(length: number): number {
    if (length > this.end - this.offset) throw new DecodeError('unexpected end', this.offset);
    const at = this.offset;
    this.offset += length;
    return at;
  }

  name(): string {
    const length = this.u32();
    const start = this.offset;
    if (length > this.end - start) throw new DecodeError('length out of bounds', start);
    this.offset += length;
    return (length <= SHORT_NAME_BYTES ? this.#ascii(start) : undefined) ?? this.#utf8(start);
  }
  #ascii(start: number): string | undefined {
    let text = '';
    for (let i = start; i < this.offset; i++) {
      const byte = this.bytes[i]!;
      if (byte >= 0x80) return undefined;
      text += String.fromCharCode(byte);
    }
    return text;
  }
  #utf8(start: number): string {
    try {
      return utf8.decode(this.bytes.subarray(start, this.offset));
    } catch {
      throw new DecodeError('malformed UTF-8 encoding', start);
    }
  }

  /**
   * A vector (spec: Binary Format / Conventions). Every item takes at least one byte, so a count beyond the
   * bytes left is refused before anything is allocated.
   */
  vector<T>(item: (reader: Reader) => T): T[] {
    const count = this.u32();
    if (count > this.end - this.offset) throw new DecodeError('length out of bounds', this.offset);
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(item(this));
    return items;
  }
}

function join(low: number, high: number): bigint {
  if (high === low >> 31) return BigInt(low);
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}
