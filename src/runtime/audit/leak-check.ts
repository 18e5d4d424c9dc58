/**
 * What is left when a store ends: host roots that were forgotten, and objects that nothing owns.
 *
 * Forgotten roots are noted before they are released. Then the heap is looked at twice: as it is, and after
 * every cell was set to null. Cycles remain both times, and are told apart from leaks.
 * Source: docs/collector.md, "Leak check".
 */
import type { CountedCells } from '../cells.ts';
import { DrcHeap } from '../collectors/drc.ts';
import type { GcHeap } from '../heap/gc-heap.ts';
import { NULL, isObject } from '../heap/reference.ts';
import { hex } from '../outcome.ts';
import type { AuditFailure } from './failure.ts';
import { NO_GARBAGE, findGarbage } from './garbage.ts';
import type { Garbage, Leak } from './garbage.ts';
import { describeHolder } from './holder.ts';
import type { Holding } from './holder.ts';
import { audit } from './recount.ts';

export interface LeakReport {
  /** Host roots that still kept an object, scoped ones first. */
  readonly forgottenRoots: readonly Holding[];
  /** Address of the exception that nobody took, or 0. */
  readonly pendingException: number;
  /** What the audit found wrong with what was left, first without and then with cleared cells. */
  readonly auditFailure: AuditFailure | undefined;
  /** Unreachable objects with a count nobody owns. */
  readonly leaks: readonly Leak[];
  /** Garbage cycles: kept by design. */
  readonly cycles: Garbage['cycles'];
}

/**
 * Ends all roots, clears all cells and collects. The store is of no use afterwards.
 * @param collect collects with the stacks as the store knows them; they should be empty
 * @param found told at once of what the audit after a collection finds; what it throws ends the check
 * @throws Fault when taking down the store breaks an invariant
 */
export function checkLeaks(heap: GcHeap, cells: CountedCells, collect: () => void, found: (failure: AuditFailure) => void = () => {}): LeakReport {
  const forgottenRoots = rootsInUse(cells);
  const pendingException = cells.pendingException[0]!;
  cells.roots.releaseAll();
  heap.writeBarrier(cells.pendingException, 0, NULL);
  collect();
  const withCells = lookAtRest(heap, cells, found);
  clearCells(heap, cells);
  collect();
  const withoutCells = lookAtRest(heap, cells, found);
  return {
    forgottenRoots,
    pendingException,
    auditFailure: withCells.failure ?? withoutCells.failure,
    leaks: withCells.garbage.leaks.length > 0 ? withCells.garbage.leaks : withoutCells.garbage.leaks,
    cycles: withoutCells.garbage.cycles,
  };
}

function rootsInUse({ roots }: CountedCells): Holding[] {
  const scoped = roots.lifo.map((ref, index): Holding => ({ holder: { kind: 'lifoRoot', index }, ref }));
  const owned = roots.owned.map((ref, index): Holding => ({ holder: { kind: 'ownedRoot', index }, ref }));
  return [...scoped, ...owned.filter(({ ref }, index) => isObject(ref) && roots.isOwnedAlive(index))];
}

function lookAtRest(heap: GcHeap, cells: CountedCells, found: (failure: AuditFailure) => void): { failure: AuditFailure | undefined; garbage: Garbage } {
  const failure = audit(heap, cells);
  if (failure !== undefined) found(failure);
  if (!(heap instanceof DrcHeap)) return { failure, garbage: NO_GARBAGE };
  // A heap that cannot be walked cannot be sorted either.
  if (failure?.kind === 'structure') return { failure, garbage: NO_GARBAGE };
  return { failure: failure ?? staleOwners(heap), garbage: findGarbage(heap, cells) };
}

/** No frames are left, so the collector itself must own nothing. */
function staleOwners({ listHead, pending }: DrcHeap): AuditFailure | undefined {
  if (listHead !== 0) {
    return { kind: 'structure', invariant: 'L13', address: listHead, message: `no stacks are left, so the stack-root list must be empty, but it holds ${hex(listHead)}` };
  }
  if (pending.size > 0) {
    return { kind: 'structure', invariant: 'C6', address: pending.words[0]!, message: `a collection must empty the pending stack, but it holds ${hex(pending.words[0]!)}` };
  }
  return undefined;
}

/** Sets every counted cell to null through the barriers. */
function clearCells(heap: GcHeap, { globals, tables, elements }: CountedCells): void {
  for (const { slot, cells } of globals) if (slot === 'ref') heap.writeBarrier(cells, 0, NULL);
  for (const { slot, cells, length } of tables) {
    if (slot === 'ref') for (let entry = 0; entry < length; entry++) heap.writeBarrier(cells, entry, NULL);
  }
  for (const { slot, cells } of elements) {
    if (slot === 'ref') for (let entry = 0; entry < cells.length; entry++) heap.writeBarrier(cells, entry, NULL);
  }
}

/** One sentence for each finding; cycles are none. */
export function describeLeaks({ forgottenRoots, pendingException, leaks }: LeakReport): string[] {
  const sentences = forgottenRoots.map(({ holder, ref }) => `${describeHolder(holder)} still holds ${hex(ref)}`);
  if (pendingException !== 0) sentences.push(`the pending exception ${hex(pendingException)} was never taken`);
  for (const { address, kind, stored, expected } of leaks) {
    sentences.push(`${hex(address)} (${kind}) is unreachable with a count of ${stored} but ${expected} owners`);
  }
  return sentences;
}
