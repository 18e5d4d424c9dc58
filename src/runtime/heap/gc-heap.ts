/**
 * The GC heap as the interpreter and the store see it: one growable buffer of objects that begin with a
 * header, and a collector behind four groups of operations (life cycle, allocation, barriers, collection).
 *
 * The interpreter reads and writes fields through the views; whatever touches ownership goes through a
 * barrier. Views are replaced when the heap grows, which only `grow` does: anyone who keeps a view must take
 * it again after anything that may allocate.
 *
 * A cell is one 32-bit word that owns what it holds: a word of the heap's own `i32` view, or of the array
 * behind a global, table, element segment or pending exception.
 */
import type { HeapOptions } from '../options.ts';
import { Fault, hex } from '../outcome.ts';
import type { Layouts } from './layout.ts';

/** Object kinds: `a` is a subtype of `b` exactly if `(a & b) === b`. They fill the top 6 bits of word 0. */
export const ObjectKind = {
  exn: 0x0400_0000,
  extern: 0x4000_0000,
  any: 0x8000_0000 | 0,
  eq: 0xa000_0000 | 0,
  array: 0xa800_0000 | 0,
  struct: 0xb000_0000 | 0,
} as const;
export const KIND_MASK = 0xfc00_0000 | 0;
/** Type id of host objects, which have no type. */
export const NO_TYPE = -1;
/** Longer bodies are refused by any collector: with the longest header, sizes have 32 bits and can be rounded up. */
const MAX_BODY_BYTES = 2 ** 32 - 1 - 16 - 24;
/**
 * Fills memory that holds no object. Even, so that a word of it does not pass for an i31; a word of it is
 * no address inside any heap, and no valid header.
 */
export const POISON_BYTE = 0xfe;
export const POISON_WORD = 0xfefefefe | 0;

/** Calls `visit` with each reference that the frames' stack maps list; null and i31 may be among them. */
export type StackRoots = (visit: (ref: number) => void) => void;

/** Statistics and events that reports and tests read. */
export interface HeapCounters {
  collections: number;
  allocations: number;
  growths: number;
  /** Bytes, of the largest request that made the heap grow. */
  largestRequest: number;
  /** Most bytes live after a collection. */
  liveBytes: number;
  /** Longest the stack-root list has been, and the longest that a sweep has left it. */
  listed: number;
  swept: number;
  /** Most objects that reading barriers have entered in the list between two collections. */
  read: number;
}

export abstract class GcHeap {
  /** Bytes of header before an object's body; 8 modulo 16. */
  abstract readonly headerBytes: number;
  readonly options: HeapOptions;
  /** Of the types of the store that has the heap. */
  layouts: Layouts;
  readonly counters: HeapCounters = {
    collections: 0,
    allocations: 0,
    growths: 0,
    largestRequest: 0,
    liveBytes: 0,
    listed: 0,
    swept: 0,
    read: 0,
  };

  i32!: Int32Array;
  u8!: Uint8Array;
  u16!: Uint16Array;
  /** Bytes of the buffer; 0 until first use. */
  capacity = 0;

  /** While positive, a collection is a fault (R1): references are in transit between host and Wasm. */
  noGcDepth = 0;

  constructor(options: HeapOptions, layouts: Layouts) {
    this.options = options;
    this.layouts = layouts;
    this.setBuffer(new ArrayBuffer(0));
  }

  protected setBuffer(buffer: ArrayBuffer): void {
    this.i32 = new Int32Array(buffer);
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.capacity = buffer.byteLength;
  }

  /**
   * The heap passes to another store, with all of its memory and nothing in it.
   * @param layouts of that store's types, whose ids may have meant other types before
   */
  renew(layouts: Layouts): void {
    this.layouts = layouts;
    this.noGcDepth = 0;
    this.hostData.releaseAll();
    this.u8.fill(0);
    this.poison(0, this.capacity);
  }

  /** The heap appears on first use, with the size that it is to have at the start. */
  protected create(): void {
    const { initialBytes, maxBytes } = this.options;
    // Views of words need a whole number of them.
    this.setBuffer(new ArrayBuffer(Math.min(initialBytes, maxBytes) & -8));
    this.poison(0, this.capacity);
  }

  /**
   * Makes the buffer larger: doubles it, or more where that is not enough.
   * @param bytes the least that is needed in addition, a multiple of 8
   * @returns false, and changes nothing, when `maxBytes` does not allow that much
   */
  protected enlarge(bytes: number): boolean {
    const { growthStep, maxBytes } = this.options;
    const capacity = this.capacity;
    const room = (maxBytes & -8) - capacity;
    if (bytes > room) return false;
    const wanted = Math.max(capacity, Math.ceil(bytes / growthStep) * growthStep);
    const old = this.u8;
    this.setBuffer(new ArrayBuffer((capacity + Math.min(wanted, room)) & -8));
    if (this.capacity < capacity + bytes) throw new Fault('R4', `the heap must have grown by ${bytes} bytes`);
    this.u8.set(old);
    this.poison(capacity, this.capacity);
    this.counters.growths++;
    this.counters.largestRequest = Math.max(this.counters.largestRequest, bytes);
    return true;
  }

  /** Marks bytes as holding no object, if the option asks for it. */
  protected poison(start: number, end: number): void {
    if (this.options.poison) this.u8.fill(POISON_BYTE, start, end);
  }

  // --- Headers ---------------------------------------------------------------------------------------

  /** @throws Fault H7 when `ref` is not the address of something inside the heap. */
  assertInside(ref: number): void {
    if (ref < 8 || (ref & 7) !== 0 || ref + this.headerBytes > this.capacity) {
      throw new Fault('H7', `${hex(ref)} is used as a reference but is not an aligned address inside the heap`, ref);
    }
  }
  kindOf(ref: number): number {
    return this.i32[ref >> 2]! & KIND_MASK;
  }
  typeIdOf(ref: number): number {
    return this.i32[(ref >> 2) + 1]!;
  }

  // --- Allocation ------------------------------------------------------------------------------------

  /** Bytes live right after the last collection; 0 when there was none. */
  abstract readonly liveAfterCollection: number;

  /**
   * Makes an object with an uninitialised body and one count that the caller owns.
   * @param bytes header and body, unrounded
   * @returns its address, or 0 when there is no room
   */
  abstract allocate(kind: number, typeId: number, bytes: number): number;

  /**
   * Whether collecting promises more room than growing: a heap that was less than half full after the last collection is worth it.
   * @throws Fault R3
   */
  collectsBeforeGrowth(bytes: number): boolean {
    const { capacity, liveAfterCollection } = this;
    if (liveAfterCollection > capacity) {
      throw new Fault('R3', `the last collection left ${liveAfterCollection} bytes, so the heap must have as many, but it has ${capacity}`);
    }
    return capacity > 0 && liveAfterCollection + bytes < capacity >>> 1;
  }

  /** Makes room for at least `bytes` more, as far as `maxBytes` allows; false when it cannot. */
  abstract grow(bytes: number): boolean;

  /** Whether an object of so many bytes can exist at all. Collectors may have less room, but must not differ in what they refuse. */
  fits(bytes: number): boolean {
    return bytes - this.headerBytes <= MAX_BODY_BYTES;
  }

  /** Gives back an object that was allocated but could not be initialised. Its body is not traced. */
  abstract abandon(ref: number): void;

  // --- Barriers; all of them ignore null and i31 -------------------------------------------------------

  /**
   * A reference was loaded from a cell onto a stack: the collector must know it as a stack root.
   * @returns whether it had to be entered, which makes this a safe point
   */
  abstract readBarrier(ref: number): boolean;
  /** The same for what a global holds. @param cells the global's */
  globalReadBarrier(_cells: Int32Array, ref: number): boolean {
    return this.readBarrier(ref);
  }
  /** Stores into a cell that holds nothing yet; the cell becomes one more owner. */
  abstract initBarrier(cells: Int32Array, index: number, ref: number): void;
  /** Replaces what a cell holds. Counts the new before it releases the old. */
  abstract writeBarrier(cells: Int32Array, index: number, ref: number): void;
  /** Hands one owned count over to Wasm stacks. */
  abstract expose(ref: number): void;
  /** Hands the one count of a new object over to Wasm stacks, which do not know it yet. */
  abstract adopt(ref: number): void;
  /** Takes one more count. */
  abstract clone(ref: number): void;
  /** Gives one count back. */
  abstract drop(ref: number): void;

  // --- Collection ------------------------------------------------------------------------------------

  /** Whether the collector wants a collection at the next safe point. */
  abstract collectionDue(): boolean;
  abstract collect(stackRoots: StackRoots): void;

  /** Brings those counters up to date that are only noted at collections. */
  notePeaks(): void {}

  // --- Host values behind externrefs -------------------------------------------------------------------

  abstract readonly hostData: HostData;
}

/** Side table of the host values that extern objects stand for. Ids are reused. */
export class HostData {
  readonly #values = new Map<number, unknown>();
  readonly #free: number[] = [];
  #next = 0;
  births = 0;
  deaths = 0;

  add(value: unknown): number {
    const id = this.#free.pop() ?? this.#next++;
    this.#values.set(id, value);
    this.births++;
    return id;
  }
  /** @throws Fault R7 when the id is dead */
  get(id: number): unknown {
    if (!this.#values.has(id)) throw new Fault('R7', `host value ${id} was already released`);
    return this.#values.get(id);
  }
  /** @throws Fault R7 when the id is dead */
  release(id: number): void {
    if (!this.#values.delete(id)) throw new Fault('R7', `host value ${id} is released twice`);
    this.#free.push(id);
    this.deaths++;
  }
  releaseAll(): void {
    for (const id of this.ids()) this.release(id);
  }
  get size(): number {
    return this.#values.size;
  }
  /** Ids in use, ascending. */
  ids(): readonly number[] {
    return [...this.#values.keys()].sort((a, b) => a - b);
  }
}
