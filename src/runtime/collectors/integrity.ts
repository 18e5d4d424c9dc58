/**
 * What the `integrity` option checks four times in each collection: that the stack-root list, the marks and
 * the free space are sound; at its start and end also that free memory holds its pattern. Whether the counts
 * are right is the audit's question.
 */
import { ObjectWalk, orderDefect, structureDefect } from '../heap/drc-walk.ts';
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
  // Looking at all free memory is most of the work. What is free stays so until the end, and nobody poisons it again.
  const within = phase === 'marked' || phase === 'swept';
  const defect = within ? orderDefect(heap, walk) : structureDefect(heap, walk);
  if (defect !== undefined) throw new Fault(defect.invariant, defect.message, defect.address);
  const marked = phase === 'marked' ? markedObjects : 0;
  if (walk.marked !== marked) throw new Fault('L12', `${marked} objects must be marked, but ${walk.marked} are`);
  const precise = phase === 'swept' || phase === 'end';
  if (precise && heap.listLength !== markedObjects) {
    throw new Fault('L13', `after the sweep the list must hold the ${markedObjects} objects found on stacks, but it holds ${heap.listLength}`);
  }
}
