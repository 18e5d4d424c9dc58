/** What the audit reports, and how it reads. */
import type { Defect } from '../heap/drc-walk.ts';
import type { ObjectKindName } from '../heap/object-size.ts';
import { hex } from '../outcome.ts';
import { describeHolder } from './holder.ts';
import type { Holder, HolderKind } from './holder.ts';

/** An object whose stored count is not the number of its owners. */
export interface CountMismatch {
  readonly address: number;
  readonly kind: ObjectKindName;
  readonly typeId: number;
  readonly stored: number;
  readonly expected: number;
  /** How many owners of each kind there are; kinds without any are absent. */
  readonly parts: Readonly<Partial<Record<HolderKind, number>>>;
  /** The first few of them. */
  readonly holders: readonly Holder[];
}

export type AuditFailure =
  /** C9. Mismatches are in address order, at most a handful. */
  | { readonly kind: 'count'; readonly mismatches: readonly CountMismatch[] }
  /** A place holds a reference to no object. */
  | { readonly kind: 'dangling'; readonly holder: Holder; readonly ref: number }
  | ({ readonly kind: 'structure' } & Defect);

/** One sentence for each thing wrong. */
export function describeAuditFailure(failure: AuditFailure): string[] {
  switch (failure.kind) {
    case 'structure':
      return [`${failure.message} [${failure.invariant}]`];
    case 'dangling':
      return [`${describeHolder(failure.holder)} holds ${hex(failure.ref)}, where there is no object`];
    case 'count':
      return failure.mismatches.map(describeMismatch);
  }
}

function describeMismatch({ address, kind, typeId, stored, expected, holders }: CountMismatch): string {
  const what = kind === 'extern' ? 'extern object' : `${kind} of type ${typeId}`;
  const owners = expected === 1 ? '1 owner' : `${expected} owners`;
  const names = holders.map(describeHolder);
  if (expected > holders.length) names.push(`${expected - holders.length} more`);
  const list = names.length === 0 ? '' : `: ${names.join(', ')}`;
  return `${hex(address)} (${what}) has a count of ${stored} but ${owners}${list} [C9]`;
}
