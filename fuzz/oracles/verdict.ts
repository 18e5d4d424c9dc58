/** What an oracle says about the observations of a case. */

import type { Defect } from '#fuzz/engines/observation.ts';

/** What each of them is about is told in docs/oracles.md. */
export const ORACLE_NAMES = [
  'differential',
  'validity',
  'assertion',
  'heapIntegrity',
  'poison',
  'audit',
  'stackScan',
  'leakCheck',
  'crash',
  'hang',
  'hostLifetimes',
  'budget',
  'v8',
  'scheduleInvariance',
  'interruption',
  'roundTrip',
] as const;
export type OracleName = (typeof ORACLE_NAMES)[number];

/** They change the Program and judge what comes of it. */
export const CHANGING: ReadonlySet<OracleName> = new Set(['scheduleInvariance', 'interruption']);

export interface Failure {
  readonly oracle: OracleName;
  /** What should have held: an invariant's id, or the part of the observation that differs. */
  readonly invariant: string;
  /** What it comes down to, where an engine can tell. */
  readonly defect?: Defect | undefined;
  /** The operation that led to the first wrong moment. */
  readonly operation: string;
  /** Kinds of holders that matter, sorted. */
  readonly holders: readonly string[];
  /** Those of the choices of an engine that lead to it, where it chooses by the case what it does. */
  readonly flags?: readonly string[] | undefined;
  /** For people; names addresses, numbers and values, which the signature leaves out. */
  readonly message: string;
}

export type Verdict =
  | { readonly kind: 'agree' }
  /** A limit was reached: the case says nothing. Counted by reason and shown. */
  | { readonly kind: 'inconclusive'; readonly reason: string }
  | { readonly kind: 'disagree'; readonly failure: Failure };

/**
 * A failure without its accidents: findings with the same signature are the same finding. Who noticed that something is wrong with the
 * heap, and by which invariant, is an accident of schedule and settings.
 */
export function signatureOf({ oracle, invariant, defect, operation, holders }: Failure): string {
  const wrong = defect === undefined ? [oracle, invariant] : [defect];
  return [...wrong, operation, holders.join('+') || 'none'].join(' / ');
}
