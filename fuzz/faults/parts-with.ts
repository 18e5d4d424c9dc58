import type { CollectorName, Parts } from '#runtime/parts.ts';
import { PARTS } from '#runtime/parts.ts';
import type { Fault } from './fault.ts';

/** The parts of the twins with a fault planted where it belongs, or without any. */
export function partsWith(fault: Fault | undefined): Readonly<Record<CollectorName, Parts>> {
  if (fault === undefined) return PARTS;
  return { drc: fault.plant(PARTS.drc), null: fault.twinBlind === false ? PARTS.null : fault.plant(PARTS.null) };
}
