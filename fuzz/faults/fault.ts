/**
 * A planted bug: something that went wrong in a real collector, or is known to go wrong in such collectors,
 * rebuilt by overriding a method of the runtime's parts. The runtime knows nothing of it.
 */
import type { OracleName } from '#fuzz/oracles/verdict.ts';
import type { Parts } from '#runtime/parts.ts';

/** What kind of mistake it is. */
export type FaultClass =
  /** A count is not taken or not given back when a cell is read or written. */
  | 'barrier'
  /** Each step is right, but not their order. */
  | 'ordering'
  /** What the initialisers of globals and segments make and keep. */
  | 'constant expressions'
  /** Who owns a count of what crosses between host and Wasm. */
  | 'ownership at host boundary'
  /** The collector overlooks a reference on a stack, or takes something else for one. */
  | 'stack maps'
  /** Where in memory things are, and how large. */
  | 'layout'
  | 'free list'
  /** Something is kept for ever. */
  | 'leak'
  /** When to collect and when to grow, and modes for testing. */
  | 'heuristics'
  /** A type is taken for another, or not asked for. */
  | 'type';

/** The kinds that are about counts, and so about the story of an object. */
export const ABOUT_COUNTS: ReadonlySet<FaultClass> = new Set(['barrier', 'ordering', 'constant expressions', 'ownership at host boundary']);

export interface Fault {
  /** Names it on command lines, and its module in corpus/regressions; lower case with hyphens. */
  readonly slug: string;
  /** One sentence. */
  readonly title: string;
  /** Links to the bug and its fix, or none for a classic. */
  readonly references: readonly string[];
  readonly class: FaultClass;
  /** What goes wrong, when it shows and what hides it. Paragraphs. */
  readonly story: string;
  /**
   * Whether both twins share the faulty code, or part of it. It is then planted in both, so that comparing them says nothing about what
   * they share.
   */
  readonly twinBlind: boolean | 'partly';
  /**
   * Where it lies: the operations that leave something wrong behind, or whose references a collection overlooks, by the names that a failure's
   * signature and `explain` have for them (`operationName` in src/runtime/site.ts, and what the runtime and the host do by themselves). Empty when
   * the run as a whole is wrong.
   */
  readonly guilty: readonly string[];
  /** Oracles that can see it, the most telling first; none for a bug that changes nothing. */
  readonly caughtBy: readonly OracleName[];
  /** The parts of a collector with the fault in them. Where only `drc` has the faulty code, those of `drc`. */
  readonly plant: (parts: Parts) => Parts;
}
