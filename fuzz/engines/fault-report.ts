/** Faults of our runtime as observations show them. */
import { AuditFault } from '#runtime/audit/audit-store.ts';
import type { AuditFailure } from '#runtime/audit/failure.ts';
import type { Holder } from '#runtime/audit/holder.ts';
import type { LeakReport } from '#runtime/audit/leak-check.ts';
import { describeLeaks } from '#runtime/audit/leak-check.ts';
import type { ScanFailure } from '#runtime/audit/stack-scan.ts';
import { Fault } from '#runtime/outcome.ts';
import { Crash } from './host-env.ts';
import type { Defect, ObservedFault } from './observation.ts';

/** @param error whatever was thrown and is no signal of a Program */
export function observeFault(error: unknown, operation: string): ObservedFault {
  const fault = error instanceof Fault ? error : new Crash(error);
  const holders = fault instanceof AuditFault ? holdersOf(fault.failure) : [];
  return { oracle: oracleOf(fault), invariant: fault.invariant, message: fault.message, defect: defectOf(fault), operation, holders };
}

const INVARIANTS_BY_DEFECT: readonly (readonly [Defect, readonly string[]])[] = [
  ['undercount', ['C1', 'C2', 'C3', 'C4', 'C7', 'H4', 'H7', 'L5']],
  ['unrooted', ['L1', 'L2', 'L13']],
  ['list', ['L3', 'L4', 'L6', 'L7', 'L9', 'L10', 'L11', 'L12']],
  ['layout', ['H9', 'H10', 'H11', 'H12']],
  ['overwrite', ['H2', 'H3']],
];
const DEFECT_OF: ReadonlyMap<string, Defect> = new Map(
  INVARIANTS_BY_DEFECT.flatMap(([defect, invariants]) => invariants.map((invariant) => [invariant, defect])),
);

/** What a fault comes down to. */
function defectOf(fault: Fault): Defect | undefined {
  if (!(fault instanceof AuditFault)) return DEFECT_OF.get(fault.invariant);
  const { failure } = fault;
  switch (failure.kind) {
    case 'count':
      return failure.mismatches.some(({ stored, expected }) => stored < expected) ? 'undercount' : 'overcount';
    case 'dangling':
      return 'undercount';
    case 'unlisted':
      return 'unrooted';
    case 'structure':
      return DEFECT_OF.get(failure.invariant);
  }
}

/** Free memory was written to. */
const POISON: ReadonlySet<string> = new Set(['H2', 'H3']);
/** About the list or the heap as a whole, as opposed to the object in hand. */
const INTEGRITY: ReadonlySet<string> = new Set(['H9', 'H10', 'H11', 'H12', 'L3', 'L4', 'L5', 'L6', 'L7', 'L9', 'L10', 'L11', 'L12', 'L13']);

/** Whoever noticed it, a broken structure is a finding of its own oracle. */
function oracleOf(fault: Fault): ObservedFault['oracle'] {
  if (fault instanceof AuditFault && fault.failure.kind === 'unlisted') return 'stackScan';
  if (POISON.has(fault.invariant)) return 'poison';
  if (INTEGRITY.has(fault.invariant)) return 'heapIntegrity';
  if (fault instanceof AuditFault) return 'audit';
  return fault instanceof Crash ? 'crash' : 'assertion';
}

/** Kinds of holders of the first object that is wrong. */
function holdersOf(failure: AuditFailure | ScanFailure): readonly string[] {
  switch (failure.kind) {
    case 'count':
      return Object.keys(failure.mismatches[0]?.parts ?? {}).sort();
    case 'dangling':
      return [failure.holder.kind];
    case 'unlisted':
      return [failure.slot.kind];
    case 'structure':
      return [];
  }
}

/**
 * What the leak check found, if it is a fault. What the audit found then must be reported before.
 * @param threw whether an exception may rightly be pending
 */
export function observeLeaks(report: LeakReport, threw: boolean): ObservedFault | undefined {
  const { forgottenRoots, pendingException, leaks } = report;
  const found = (invariant: string, holders: readonly Holder['kind'][]): ObservedFault => {
    const message = describeLeaks(report).join('\n');
    return { oracle: 'leakCheck', invariant, message, defect: undefined, operation: 'exit', holders: [...new Set(holders)].sort() };
  };
  if (forgottenRoots.length > 0) return found('forgottenRoot', forgottenRoots.map(({ holder }) => holder.kind));
  if (pendingException !== 0 && !threw) return found('pendingException', ['pendingException']);
  return leaks.length > 0 ? found('unreachable', []) : undefined;
}
