/**
 * A growable buffer of bytes (spec: Binary Format / Values). Integers are written in their shortest form.
 */
const utf8 = new TextEncoder();
/** Names up to this length are first tried as ASCII, which beats the set-up cost of a TextEncoder. */
const SHORT_NAME_LENGTH = 32;

export class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** Takes back everything after the first `length` bytes. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** A copy of what has been written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Makes room for `count` more bytes. */
  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  raw(bytes: ArrayLike<number>): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  u32(value: number): void {
    while (value > 0x7f) {
      this.byte((value & 0x7f) | 0x80);
      value >>>= 7;
    }
    this.byte(value);
  }

  /** A non-negative safe integer that may exceed 32 bits. */
  u64(value: number): void {
    while (value > 0x7f) {
      this.byte((value % 0x80) | 0x80);
      value = Math.floor(value / 0x80);
    }
    this.byte(value);
  }

  s32(value: number): void {
    while (value < -0x40 || value > 0x3f) {
      this.byte((value & 0x7f) | 0x80);
      value >>= 7;
    }
    this.byte(value & 0x7f);
  }

  /** A type index as a non-negative s33, or an abstract type as its negative code. */
  s33(value: number): void {
    while (value < -0x40 || value > 0x3f) {
      this.byte((value & 0x7f) | 0x80);
      value = Math.floor(value / 0x80);
    }
    this.byte(value & 0x7f);
  }

  s64(value: bigint): void {
    while (value < -0x40n || value > 0x3fn) {
      if (value >= -0x8000_0000n && value <= 0x7fff_ffffn) return this.s32(Number(value));
      this.byte(Number(value & 0x7fn) | 0x80);
      value >>= 7n;
    }
    this.byte(Number(value & 0x7fn));
  }

  f32Bits(bits: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, bits, true);
    this.#length += 4;
  }
  f64Bits(bits: bigint): void {
    this.#reserve(8);
    this.#view.setBigUint64(this.#length, bits, true);
    this.#length += 8;
  }
  v128Bits(bits: bigint): void {
    this.f64Bits(BigInt.asUintN(64, bits));
    this.f64Bits(bits >> 64n);
  }

  /** @param text well-formed; a lone surrogate cannot be written and becomes U+FFFD */
  name(text: string): void {
    if (text.length <= SHORT_NAME_LENGTH && this.#asciiName(text)) return;
    const bytes = utf8.encode(text);
    this.u32(bytes.length);
    this.raw(bytes);
  }

  /** Whether the text was ASCII; otherwise nothing is written. */
  #asciiName(text: string): boolean {
    const start = this.#length;
    this.byte(text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) {
        this.#length = start;
        return false;
      }
      this.byte(code);
    }
    return true;
  }

  vector<T>(items: readonly T[], write: (writer: Writer, item: T) => void): void {
    this.u32(items.length);
    for (let i = 0; i < items.length; i++) write(this, items[i]!);
  }

  /** Begins a part that has its size in front; `endSized` wants what this returns. */
  beginSized(): number {
    this.byte(0);
    return this.#length;
  }
  /** Writes the size; parts of 128 bytes or more move up to make room for it. */
  endSized(start: number): void {
    const end = this.#length;
    const size = end - start;
    let extra = 0;
    for (let rest = size >>> 7; rest !== 0; rest >>>= 7) extra++;
    if (extra > 0) {
      this.#reserve(extra);
      this.#bytes.copyWithin(start + extra, start, end);
    }
    this.#length = start - 1;
    this.u32(size);
    this.#length = end + extra;
  }
}
