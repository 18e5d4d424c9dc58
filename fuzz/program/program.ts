/**
 * A Program: everything that a case runs, as plain data. Modules, what the host does with them, when
 * collections happen, and the limits. Two runs of a Program on one engine observe the same.
 */
import type { Module } from '#wasm/syntax/module.ts';

export interface ProgramModule {
  /** Name under which later modules may import its exports; `env` is the host's. */
  readonly name: string;
  readonly module: Module;
}

/** A value the host passes; `host` is the host object carrying that number, the same one each time. */
export type Argument =
  | { readonly kind: 'i32'; readonly value: number }
  | { readonly kind: 'i64'; readonly value: bigint }
  | { readonly kind: 'f32'; readonly bits: number }
  | { readonly kind: 'f64'; readonly bits: bigint }
  | { readonly kind: 'null' }
  | { readonly kind: 'i31'; readonly value: number }
  | { readonly kind: 'host'; readonly number: number }
  /** What a call kept in that slot; null while the slot is empty. */
  | { readonly kind: 'kept'; readonly slot: number };

/** What the host does next. A step whose export does not exist, or whose value does not fit, is skipped. */
export type Step =
  | { readonly kind: 'instantiate'; readonly module: number }
  /** The host forgets a module's instance: later steps cannot use it, but what others have of it stays. */
  | { readonly kind: 'drop'; readonly module: number }
  | {
      readonly kind: 'call';
      readonly module: number;
      readonly export: string;
      readonly args: readonly Argument[];
      /** The slot where the host keeps a root of the first result; what was there is released. */
      readonly keep?: number;
    }
  /** The host releases what it keeps in a slot. */
  | { readonly kind: 'release'; readonly slot: number }
  | { readonly kind: 'setGlobal'; readonly module: number; readonly export: string; readonly value: Argument }
  | {
      readonly kind: 'setTable';
      readonly module: number;
      readonly export: string;
      readonly index: number;
      readonly value: Argument;
    }
  | {
      readonly kind: 'growTable';
      readonly module: number;
      readonly export: string;
      readonly by: number;
      readonly value: Argument;
    }
  | { readonly kind: 'collect' }
  /**
   * The host throws its store away and goes on with another one: instances, what is kept and the host's own objects are gone. An engine may
   * use the heap and the numbers of the types again.
   */
  | { readonly kind: 'renew' };

/** When collections happen besides those that the program and the heap ask for. */
export interface CollectionSchedule {
  /** Collect at every n-th safe point; 0 is never. */
  readonly zeal: number;
  /** Collect before every n-th allocation by Wasm; 0 is never. */
  readonly allocZeal: number;
  /** Collect at the entry of every exported call. */
  readonly atEntry: boolean;
  /** Collect at these safe points, counted from 1. */
  readonly atSafePoints: readonly number[];
}

/** Knobs of the collector; what they mean is told where the runtime's options are. */
export interface CollectorKnobs {
  readonly drops: 'immediate' | 'deferred';
  readonly poison: boolean;
  readonly oasrThreshold: number;
  readonly initialHeapBytes: number;
  readonly maxHeapBytes: number;
  readonly heapGrowthStep: number;
}

export interface ProgramLimits {
  readonly fuel: number;
  readonly callDepth: number;
}
/** Limits that hold for a run, and are not part of what is written down. */
export interface RunLimits extends ProgramLimits {
  /** For engines that have no fuel: their run is over after so long. */
  readonly milliseconds?: number;
}

export interface Program {
  readonly modules: readonly ProgramModule[];
  readonly steps: readonly Step[];
  readonly schedule: CollectionSchedule;
  readonly collector: CollectorKnobs;
  readonly limits: RunLimits;
}

export const NO_COLLECTIONS: CollectionSchedule = { zeal: 0, allocZeal: 0, atEntry: false, atSafePoints: [] };
export const DEFAULT_KNOBS: CollectorKnobs = {
  drops: 'deferred',
  poison: true,
  oasrThreshold: 1024,
  initialHeapBytes: 0,
  maxHeapBytes: 16 << 20,
  heapGrowthStep: 65536,
};
export const DEFAULT_PROGRAM_LIMITS: ProgramLimits = { fuel: 1_000_000, callDepth: 1000 };

/** Generator name and seed: with the generator's version they give a Program. */
export interface Seed {
  readonly generator: string;
  /** Signed 32 bits. */
  readonly number: number;
}
