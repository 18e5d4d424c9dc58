/**
 * What a store holds besides functions (spec: Execution / Runtime Structure). Every value that can be a
 * reference sits in an `Int32Array`, so that barriers and the audit see one kind of cell.
 */
import type { GlobalType, MemoryType, TableType } from '#wasm/syntax/types.ts';
import type { SlotKind } from './heap/layout.ts';
import type { HostRoots } from './host-roots.ts';

/** A global: one cell of 4 words, of which its type uses the first one, two or four. */
export class GlobalInstance {
  readonly kind = 'global';
  /** Heap types are canonical. */
  readonly type: GlobalType;
  readonly slot: SlotKind;
  readonly cells: Int32Array;
  constructor(type: GlobalType, slot: SlotKind, cells: Int32Array) {
    this.type = type;
    this.slot = slot;
    this.cells = cells;
  }
}

/** A table of references; function tables hold function addresses, 0 for null. */
export class TableInstance {
  readonly kind = 'table';
  /** Heap types are canonical; `limits.min` is the size at creation. */
  readonly type: TableType;
  readonly slot: SlotKind;
  /** At least `length` words; those beyond are 0. */
  cells: Int32Array;
  length: number;
  constructor(type: TableType, slot: SlotKind) {
    this.type = type;
    this.slot = slot;
    this.length = type.limits.min;
    this.cells = new Int32Array(this.length);
  }
}

const PAGE_BYTES = 65536;

export class MemoryInstance {
  readonly kind = 'memory';
  readonly type: MemoryType;
  bytes: Uint8Array;
  view: DataView;
  constructor(type: MemoryType) {
    this.type = type;
    this.bytes = new Uint8Array(type.limits.min * PAGE_BYTES);
    this.view = new DataView(this.bytes.buffer);
  }
  /** Present size. */
  get pages(): number {
    return this.bytes.length / PAGE_BYTES;
  }
  /** Replaces the buffer; callers check limits. */
  growTo(pages: number): void {
    const bytes = new Uint8Array(pages * PAGE_BYTES);
    bytes.set(this.bytes);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }
}

export class TagInstance {
  readonly kind = 'tag';
  /** Canonical id of the tag's function type. */
  readonly typeId: number;
  /** Position in the store; what an exception object records. */
  readonly address: number;
  constructor(typeId: number, address: number) {
    this.typeId = typeId;
    this.address = address;
  }
}

/** A passive element segment whose entries are evaluated; empty once dropped. */
export class ElementInstance {
  readonly slot: SlotKind;
  cells: Int32Array;
  constructor(slot: SlotKind, length: number) {
    this.slot = slot;
    this.cells = new Int32Array(length);
  }
}

/**
 * The places outside the heap that own what they hold, each storage once however many instances import it.
 * Of those whose slot kind is not `ref` nothing is counted.
 */
export interface CountedCells {
  readonly globals: readonly GlobalInstance[];
  readonly tables: readonly TableInstance[];
  readonly elements: readonly ElementInstance[];
  readonly roots: HostRoots;
  /** One word: the exception on its way through the host, or null. */
  readonly pendingException: Int32Array;
}
