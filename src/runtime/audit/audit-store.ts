/** Runs the exact audit and the stack scan on a store, and turns what they find into faults. */
import { DrcHeap } from '../collectors/drc.ts';
import { Fault } from '../outcome.ts';
import type { Store } from '../store.ts';
import type { AuditFailure } from './failure.ts';
import { describeAuditFailure } from './failure.ts';
import { audit } from './recount.ts';
import type { ScanFailure } from './stack-scan.ts';
import { describeScanFailure, scanFrames } from './stack-scan.ts';

/** What the audit or the scan found; `failure` has the data. */
export class AuditFault extends Fault {
  readonly failure: AuditFailure | ScanFailure;
  constructor(invariant: string, sentences: readonly string[], failure: AuditFailure | ScanFailure, address?: number) {
    super(invariant, sentences.join('\n').replace(/ \[\w+\]$/, ''), address);
    this.failure = failure;
  }
}

/** @throws AuditFault when a count is not the number of owners, or the heap's structure is broken */
export function auditStore(store: Store): void {
  const failure = audit(store.heap, store);
  if (failure !== undefined) throw auditFault(failure);
}

export function auditFault(failure: AuditFailure): AuditFault {
  const sentences = describeAuditFailure(failure);
  switch (failure.kind) {
    case 'count':
      return new AuditFault('C9', sentences, failure, failure.mismatches[0]?.address);
    case 'dangling':
      return new AuditFault('C9', sentences, failure, failure.ref);
    case 'structure':
      return new AuditFault(failure.invariant, sentences, failure, failure.address);
  }
}

/**
 * @param begun whether the instruction of the innermost frame is under way, as at safe points
 * @throws AuditFault when a frame holds a reference that is not among the stack roots
 */
export function scanStack({ heap, stack }: Store, begun?: boolean): void {
  if (!(heap instanceof DrcHeap)) return;
  const failure = scanFrames(heap, stack, begun);
  if (failure !== undefined) throw new AuditFault('L13', [describeScanFailure(failure)], failure, failure.address);
}
