/**
 * Limits and collector knobs of a store. All of them are part of a fuzz case.
 */

/** What happens when a count reaches zero outside a collection; see docs/collector.md#drops. */
export type DropPolicy = 'immediate' | 'deferred';

export interface HeapOptions {
  /** Bytes of GC heap at start; the heap appears on first use. */
  readonly initialBytes: number;
  /** The GC heap never grows beyond this. */
  readonly maxBytes: number;
  /** Smallest step of growth, in bytes. A page of 64 KiB in Wasmtime. */
  readonly growthStep: number;
  readonly drops: DropPolicy;
  /** Stack-root list length at which a reading barrier collects, at least. 1024 in Wasmtime. */
  readonly oasrThreshold: number;
  /** Fill unused heap bytes with a pattern and check it. */
  readonly poison: boolean;
  /** Check the stack-root list and the free list at each collection. */
  readonly integrity: boolean;
}

export interface Limits {
  /** Instructions and bulk elements that one store may execute. At most 2^31 - 1. */
  readonly fuel: number;
  /** Bytes of heap and stack that collections and audits may look at, all together: it bounds time that costs no fuel. */
  readonly collectionBytes: number;
  /** Frames on the call stack. */
  readonly callDepth: number;
  /** 32-bit words of the value stack. */
  readonly stackWords: number;
  /** Nested activations: host calls Wasm calls host... */
  readonly hostDepth: number;
  /** Entries of all tables of a store together. */
  readonly tableEntries: number;
  /** Pages of 64 KiB of all memories of a store together. */
  readonly memoryPages: number;
}

export interface CollectionOptions {
  /** Collect at every n-th safe point; 0 is never. */
  readonly zeal: number;
  /** Collect before every n-th allocation by Wasm; 0 is never. */
  readonly allocZeal: number;
  /** Collect at the entry of every exported call. */
  readonly atEntry: boolean;
  /** Collect at these safe points, counted from 1 in each store. */
  readonly atSafePoints: readonly number[];
}

/** When to run the exact audit and the stack scan. The scan needs a collection to have just run. At the `end` it is whoever ends the run that looks. */
export type AuditMode = 'off' | 'end' | 'collections' | 'safePoints';
/** What an audit looks at: every count, and every frame. */
export type Audited = 'counts' | 'stacks';

export interface StoreOptions {
  readonly heap: HeapOptions;
  readonly limits: Limits;
  readonly collection: CollectionOptions;
  readonly audit: AuditMode;
  /** What audits leave out; nothing by default. */
  readonly unaudited?: readonly Audited[];
}

export const DEFAULT_HEAP_OPTIONS: HeapOptions = {
  initialBytes: 0,
  maxBytes: 32 << 20,
  growthStep: 65536,
  drops: 'deferred',
  oasrThreshold: 1024,
  poison: false,
  integrity: false,
};
export const DEFAULT_LIMITS: Limits = {
  fuel: 200_000_000,
  collectionBytes: Number.POSITIVE_INFINITY,
  callDepth: 10_000,
  stackWords: 1 << 18,
  hostDepth: 100,
  tableEntries: 10_000_000,
  memoryPages: 4096,
};
export const DEFAULT_COLLECTION: CollectionOptions = { zeal: 0, allocZeal: 0, atEntry: false, atSafePoints: [] };
export const DEFAULT_OPTIONS: StoreOptions = {
  heap: DEFAULT_HEAP_OPTIONS,
  limits: DEFAULT_LIMITS,
  collection: DEFAULT_COLLECTION,
  audit: 'off',
};
