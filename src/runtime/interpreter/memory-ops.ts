/**
 * Linear memory (spec: Execution / Instructions / Memory Instructions) beyond plain loads and stores. Bulk
 * operations find their three operands in `words` at `at`, two words apart, and charge fuel for each byte
 * once their ranges are known to be good.
 */
import { Op } from '#wasm/syntax/instructions.ts';
import { MAX_MEMORY_PAGES } from '#wasm/valid/module-context.ts';
import type { MemoryInstance } from '../cells.ts';
import { Trap } from '../outcome.ts';
import type { Store } from '../store.ts';

export const EMPTY_DATA = new Uint8Array(0);

/** @returns the old size in pages, or -1 when the limits forbid it */
export function grow(store: Store, memory: MemoryInstance, pages: number): number {
  const old = memory.pages;
  if (old + pages > (memory.type.limits.max ?? MAX_MEMORY_PAGES) || !store.takeMemoryPages(pages)) return -1;
  if (pages > 0) memory.growTo(old + pages);
  return old;
}

function inRange(start: number, length: number, size: number): void {
  if (start + length > size) throw new Trap('outOfBoundsMemoryAccess');
}

export function init(store: Store, memory: MemoryInstance, data: Uint8Array, words: Int32Array, at: number): void {
  const to = words[at]! >>> 0;
  const from = words[at + 2]! >>> 0;
  const length = words[at + 4]! >>> 0;
  inRange(from, length, data.length);
  inRange(to, length, memory.bytes.length);
  store.charge(length);
  memory.bytes.set(data.subarray(from, from + length), to);
}

export function copy(
  store: Store,
  target: MemoryInstance,
  source: MemoryInstance,
  words: Int32Array,
  at: number,
): void {
  const to = words[at]! >>> 0;
  const from = words[at + 2]! >>> 0;
  const length = words[at + 4]! >>> 0;
  inRange(from, length, source.bytes.length);
  inRange(to, length, target.bytes.length);
  store.charge(length);
  target.bytes.set(source.bytes.subarray(from, from + length), to);
}

export function fill(store: Store, memory: MemoryInstance, words: Int32Array, at: number): void {
  const to = words[at]! >>> 0;
  const length = words[at + 4]! >>> 0;
  inRange(to, length, memory.bytes.length);
  store.charge(length);
  memory.bytes.fill(words[at + 2]! & 0xff, to, to + length);
}

/** Bytes that each v128 access touches, lane width for widening loads. */
interface VectorAccess {
  readonly bytes: number;
  readonly form: 'whole' | 'splat' | 'zero' | 'lane' | 'storeLane' | 'store' | 'widenSigned' | 'widenUnsigned';
}
const VECTOR_ACCESS: ReadonlyMap<number, VectorAccess> = new Map([
  [Op['v128.load'], { bytes: 16, form: 'whole' }],
  [Op['v128.store'], { bytes: 16, form: 'store' }],
  [Op['v128.load8x8_s'], { bytes: 1, form: 'widenSigned' }],
  [Op['v128.load8x8_u'], { bytes: 1, form: 'widenUnsigned' }],
  [Op['v128.load16x4_s'], { bytes: 2, form: 'widenSigned' }],
  [Op['v128.load16x4_u'], { bytes: 2, form: 'widenUnsigned' }],
  [Op['v128.load32x2_s'], { bytes: 4, form: 'widenSigned' }],
  [Op['v128.load32x2_u'], { bytes: 4, form: 'widenUnsigned' }],
  [Op['v128.load8_splat'], { bytes: 1, form: 'splat' }],
  [Op['v128.load16_splat'], { bytes: 2, form: 'splat' }],
  [Op['v128.load32_splat'], { bytes: 4, form: 'splat' }],
  [Op['v128.load64_splat'], { bytes: 8, form: 'splat' }],
  [Op['v128.load32_zero'], { bytes: 4, form: 'zero' }],
  [Op['v128.load64_zero'], { bytes: 8, form: 'zero' }],
  [Op['v128.load8_lane'], { bytes: 1, form: 'lane' }],
  [Op['v128.load16_lane'], { bytes: 2, form: 'lane' }],
  [Op['v128.load32_lane'], { bytes: 4, form: 'lane' }],
  [Op['v128.load64_lane'], { bytes: 8, form: 'lane' }],
  [Op['v128.store8_lane'], { bytes: 1, form: 'storeLane' }],
  [Op['v128.store16_lane'], { bytes: 2, form: 'storeLane' }],
  [Op['v128.store32_lane'], { bytes: 4, form: 'storeLane' }],
  [Op['v128.store64_lane'], { bytes: 8, form: 'storeLane' }],
] as const);

/**
 * Performs a v128 load or store; the address is the i32 below the vector operand, if there is one.
 * @returns the new stack pointer
 */
export function vector(
  memory: MemoryInstance,
  words: Int32Array,
  sp: number,
  opcode: number,
  offset: number,
  lane: number,
): number {
  const { bytes, form } = VECTOR_ACCESS.get(opcode)!;
  const takesVector = form === 'store' || form === 'lane' || form === 'storeLane';
  const addressAt = takesVector ? sp - 6 : sp - 2;
  const at = (words[addressAt]! >>> 0) + offset;
  const widens = form === 'widenSigned' || form === 'widenUnsigned';
  inRange(at, widens ? 8 : bytes, memory.bytes.length);
  const operand = new Uint8Array(words.buffer, 4 * (takesVector ? sp - 4 : addressAt), 16);
  const source = memory.bytes;
  if (form === 'store') {
    source.set(operand, at);
    return addressAt;
  }
  if (form === 'storeLane') {
    source.set(operand.subarray(lane * bytes, (lane + 1) * bytes), at);
    return addressAt;
  }
  const result = new Uint8Array(16);
  if (form === 'lane') {
    result.set(operand);
    result.set(source.subarray(at, at + bytes), lane * bytes);
  } else if (form === 'splat') {
    for (let i = 0; i < 16; i++) result[i] = source[at + (i % bytes)]!;
  } else if (widens) {
    for (let i = 0; i < 8; i++) {
      const element = Math.floor(i / bytes);
      const place = 2 * bytes * element + (i % bytes);
      result[place] = source[at + i]!;
      const sign = form === 'widenSigned' && i % bytes === bytes - 1 && source[at + i]! > 127;
      if (sign) result.fill(0xff, place + 1, place + 1 + bytes);
    }
  } else {
    result.set(source.subarray(at, at + bytes));
  }
  new Uint8Array(words.buffer, 4 * addressAt, 16).set(result);
  return addressAt + 4;
}
