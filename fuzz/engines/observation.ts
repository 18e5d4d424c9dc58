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
  /** The engine refuses the module: it does not validate. Some tell why. */
  | { readonly kind: 'invalid'; readonly reason?: string }
  /** The step has nothing to act on: no instance, no such export, or arguments that do not fit. */
  | { readonly kind: 'skipped' }
  /** `or` are the other codes that it may be, of an engine that does not tell them apart. */
  | { readonly kind: 'trapped'; readonly trap: TrapCode; readonly or?: readonly TrapCode[] }
  | { readonly kind: 'threw' }
  /** A limit of the engine: whatever comes after cannot be compared. */
  | { readonly kind: 'exhausted'; readonly resource: Resource }
  /** The engine lacks something that the step needs: whatever comes after cannot be compared. */
  | { readonly kind: 'unsupported'; readonly reason: string }
  /** A broken invariant of the engine. Nothing comes after. */
  | { readonly kind: 'faulted'; readonly fault: ObservedFault };

export interface ObservedFault {
  /** Which oracle inside the engine spoke. */
  readonly oracle: 'assertion' | 'heapIntegrity' | 'poison' | 'audit' | 'stackScan' | 'leakCheck' | 'crash';
  /** The invariant's id, for example `C1`. */
  readonly invariant: string;
  /** The sentence for people; names addresses. */
  readonly message: string;
  /** What it comes down to, whoever noticed it; undefined where there is no telling. */
  readonly defect: Defect | undefined;
  /** Instruction under way, by name, the host's operation, or what the runtime did by itself. */
  readonly operation: string;
  /** Kinds of holders that matter, sorted, without duplicates. */
  readonly holders: readonly string[];
}

/**
 * What can be wrong with a heap. One mistake breaks one invariant or another, depending on who looks when; these words
 * tell apart what different mistakes do.
 */
export const DEFECTS = [
  /** An object has more owners than its count says, or is gone while something holds it. */
  'undercount',
  /** An object's count is higher than the number of its owners. */
  'overcount',
  /** A stack holds an object that is not in the stack-root list. */
  'unrooted',
  /** The stack-root list is not that of the objects that say that they are in it. */
  'list',
  /** Objects and free space do not make up the heap. */
  'layout',
  /** Free memory was written to. */
  'overwrite',
] as const;
export type Defect = (typeof DEFECTS)[number];

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

/** Host objects that the heap was given, and those of which it has let go. */
export interface HostLifetimes {
  readonly births: number;
  readonly deaths: number;
  /** Those that garbage cycles keep, when everything else is taken down; undefined when nothing was. */
  readonly kept: number | undefined;
}

/** The most of each resource that was in use at any moment, before everything is taken down. */
export interface Peaks {
  /** Bytes. */
  readonly heap: number;
  readonly liveAfterCollection: number;
  readonly largestRequest: number;
  /** Members of the stack-root list. */
  readonly listed: number;
  readonly listedAfterSweep: number;
  /** Those that reading barriers entered between two collections. */
  readonly listedByReads: number;
  /** Room on the stack of objects that wait for their release: up to twice what was used. */
  readonly pendingRoom: number;
  /** Objects that have been made, dead ones included. */
  readonly allocations: number;
  readonly scopedRoots: number;
  readonly ownedRoots: number;
}

export interface Observation {
  /**
   * One per step of the Program, up to the first that ended the run. A fault that only shows afterwards, when everything
   * is taken down after the last step or the heap is looked at after a limit, comes as one more.
   */
  readonly outcomes: readonly ObservedOutcome[];
  readonly hostTrace: readonly HostEvent[];
  /** Absent when the engine cannot show its heap. */
  readonly heap: HeapGraph | undefined;
  /** Of engines that can tell, if the run came to its end. */
  readonly hostLifetimes?: HostLifetimes | undefined;
  readonly peaks?: Peaks | undefined;
  /** Of an engine that chooses by the case what it does with it: those of its choices that lead to what is seen, if that is not what should be. */
  readonly flags?: readonly string[];
  /** What the engine did, for reports: not compared. */
  readonly effort: {
    readonly instructions: number;
    readonly collections: number;
    readonly allocations: number;
    readonly safePoints: number;
  };
}
