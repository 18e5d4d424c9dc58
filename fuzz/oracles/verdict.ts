/** What an oracle says about the observations of a case. */

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
  'roundTrip',
] as const;
export type OracleName = (typeof ORACLE_NAMES)[number];

export interface Failure {
  readonly oracle: OracleName;
  /** What should have held: an invariant's id, or the part of the observation that differs. */
  readonly invariant: string;
  /** The operation at the first wrong moment. */
  readonly operation: string;
  /** Kinds of holders concerned, sorted. */
  readonly holders: readonly string[];
  /** For people; names addresses, numbers and values, which the signature leaves out. */
  readonly message: string;
}

export type Verdict =
  | { readonly kind: 'agree' }
  /** A limit was reached: the case says nothing. Counted by reason and shown. */
  | { readonly kind: 'inconclusive'; readonly reason: string }
  | { readonly kind: 'disagree'; readonly failure: Failure };

/** A failure without its accidents: findings with the same signature are the same finding. */
export function signatureOf({ oracle, invariant, operation, holders }: Failure): string {
  return [oracle, invariant, operation, holders.join('+') || 'none'].join(' / ');
}
