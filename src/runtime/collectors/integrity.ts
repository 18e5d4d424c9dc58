/**
 * What the `integrity` option checks four times in each collection: that the stack-root list, the marks and
 * the free space are sound. Whether the counts are right is the audit's question.
 */
import { ObjectWalk, structureDefect } from '../heap/drc-walk.ts';
import type { DrcState } from '../heap/drc-walk.ts';
import { Fault } from '../outcome.ts';

/** The points of a collection at which it is checked. */
export type CollectionPhase = 'start' | 'marked' | 'swept' | 'end';

const walk = new ObjectWalk();

/**
 * @param markedObjects how many objects this collection has marked; 0 before it has
 * @throws Fault L3 to L13, H3, H10 to H12
 */
export function checkIntegrity(heap: DrcState, phase: CollectionPhase, markedObjects: number): void {
  const defect = structureDefect(heap, walk);
  if (defect !== undefined) throw new Fault(defect.invariant, defect.message, defect.address);
  const marked = phase === 'marked' ? markedObjects : 0;
  if (walk.marked !== marked) throw new Fault('L12', `${marked} objects must be marked, but ${walk.marked} are`);
  const precise = phase === 'swept' || phase === 'end';
  if (precise && heap.listLength !== markedObjects) {
    throw new Fault('L13', `after the sweep the list must hold the ${markedObjects} objects found on stacks, but it holds ${heap.listLength}`);
  }
}
