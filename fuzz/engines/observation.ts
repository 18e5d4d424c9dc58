/**
 * What an engine lets us see of a run: plain data without addresses, so that observations of two engines are
 * equal exactly if the engines behaved alike.
 */
import type { Resource, TrapCode } from '#runtime/outcome.ts';

/** A value as seen from outside; `object` is a node of the run's heap graph. NaNs are canonical. */
export type ObservedValue =
  | { readonly kind: 'i32'; readonly value: number }
  | { readonly kind: 'i64'; readonly value: bigint }
  | { readonly kind: 'f32'; readonly bits: number }
  | { readonly kind: 'f64'; readonly bits: bigint }
  | { readonly kind: 'v128'; readonly bits: bigint }
  | { readonly kind: 'null' }
  | { readonly kind: 'i31'; readonly value: number }
  | { readonly kind: 'func' }
  /** A host object and the number it carries. */
  | { readonly kind: 'host'; readonly number: number }
  /** An engine that shows its heap gives the node; others only that there is an object. */
  | { readonly kind: 'object'; readonly node: number | undefined };

export type ObservedOutcome =
  | { readonly kind: 'returned'; readonly values: readonly ObservedValue[] }
  | { readonly kind: 'instantiated' }
  | { readonly kind: 'linkError' }
  /** The engine refuses the module: it does not validate. */
  | { readonly kind: 'invalid' }
  /** The step has nothing to act on: no instance, no such export, or arguments that do not fit. */
  | { readonly kind: 'skipped' }
  | { readonly kind: 'trapped'; readonly trap: TrapCode }
  | { readonly kind: 'threw' }
  /** A limit of the engine: whatever comes after cannot be compared. */
  | { readonly kind: 'exhausted'; readonly resource: Resource }
  /** A broken invariant of the engine. Nothing comes after. */
  | { readonly kind: 'faulted'; readonly fault: ObservedFault };

export interface ObservedFault {
  /** Which oracle inside the engine spoke. */
  readonly oracle: 'assertion' | 'audit' | 'stackScan' | 'leakCheck' | 'crash';
  /** The invariant's id, for example `C1`. */
  readonly invariant: string;
  /** The sentence for people; names addresses. */
  readonly message: string;
  /** Instruction under way, by name, or the host's operation. */
  readonly operation: string;
  /** Kinds of holders of the object concerned, sorted, without duplicates. */
  readonly holders: readonly string[];
}

/** A call to a host function: its name and arguments as the host saw them. */
export interface HostEvent {
  readonly name: string;
  readonly args: readonly ObservedValue[];
}

/**
 * The heap reachable from globals, tables and results at the end of a run, as one number sequence that is
 * the same for isomorphic heaps, and different otherwise: objects are numbered in order of discovery from the
 * roots.
 */
export interface HeapGraph {
  readonly words: Int32Array;
  readonly objects: number;
}

export interface Observation {
  /**
   * One per step of the Program, up to the first that ended the run. A fault that only shows when everything
   * is taken down after the last step comes as one more.
   */
  readonly outcomes: readonly ObservedOutcome[];
  readonly hostTrace: readonly HostEvent[];
  /** Absent when the engine cannot show its heap. */
  readonly heap: HeapGraph | undefined;
  /** What the engine did, for reports: not compared. */
  readonly effort: {
    readonly instructions: number;
    readonly collections: number;
    readonly allocations: number;
    readonly safePoints: number;
  };
}
