/** What a finding is worth: whether it is the fault's at all, and whether its explanation names where the fault lies. */
import { twins } from '#fuzz/campaign/twins.ts';
import { explain } from '#fuzz/explain/explain.ts';
import { partsWith } from '#fuzz/faults/parts-with.ts';
import { findFault } from '#fuzz/faults/registry.ts';
import type { Finding } from '#fuzz/findings/finding.ts';
import type { Reader } from '#fuzz/oracles/readers.ts';
import type { OracleName } from '#fuzz/oracles/verdict.ts';
import { signatureOf } from '#fuzz/oracles/verdict.ts';

/**
 * Replays the case, as found and as shrunk, without the fault.
 * @param oracles that could speak when it was found
 * @returns why the finding says nothing of the fault; undefined when its signature is gone
 */
export function unrelatedBecause({ failure, original, program }: Finding, oracles: readonly OracleName[], readers: readonly Reader[]): string | undefined {
  if (original.modules.length === 0) return 'it came before the case was made';
  const healthy = twins({ fault: undefined, oracles: new Set(oracles), readers });
  for (const [name, replayed] of [['case', original], ['shrunk case', program]] as const) {
    const { verdict } = healthy.examine(replayed);
    if (verdict.kind === 'disagree' && signatureOf(verdict.failure) === signatureOf(failure)) return `the ${name} fails in the same way without the fault`;
  }
  return undefined;
}

/** The operation that `explain` names, if any. A case that has ended its process is not run again. */
export function explainedOperation({ failure, program, fault }: Finding, readers: readonly Reader[]): string | null {
  if (failure.invariant === 'worker') return null;
  const explanation = explain(program, partsWith(findFault(fault!)), readers);
  switch (explanation.kind) {
    case 'heap':
      return explanation.chronicle.guilty;
    case 'difference':
      return explanation.failure.operation;
    case 'nothing':
      return null;
  }
}
