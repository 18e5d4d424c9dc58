/**
 * A planted bug: something that went wrong in a real collector, or is known to go wrong in such collectors,
 * rebuilt by overriding a method of the runtime's parts. The runtime knows nothing of it.
 */
import type { Parts } from '#runtime/parts.ts';

/** What kind of mistake it is. */
export type FaultClass =
  | 'barrier'
  | 'ordering'
  | 'ownership'
  | 'constant expressions'
  | 'stack maps'
  | 'frames'
  | 'layout'
  | 'free list'
  | 'tracing'
  | 'leak'
  | 'heuristics';

export interface Fault {
  /** Names it on command lines; lower case with hyphens. */
  readonly slug: string;
  /** One sentence. */
  readonly title: string;
  /** Links to the bug and its fix, or none for a classic. */
  readonly references: readonly string[];
  readonly class: FaultClass;
  /** What goes wrong, when it shows and what hides it. Paragraphs. */
  readonly story: string;
  /** Whether both twins share the faulty code, so that comparing them says nothing. */
  readonly twinBlind: boolean;
  /** The parts with the fault in them. Meant for those of `drc`. */
  readonly plant: (parts: Parts) => Parts;
}
