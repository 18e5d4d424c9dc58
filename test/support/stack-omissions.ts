/**
 * Stack walkers that leave something out, one for each way in which stack maps of real compilers went wrong: a
 * measure of which generators hold references in which places while a collection runs.
 */
import { Op } from '#wasm/syntax/instructions.ts';
import type { Fault } from '#fuzz/faults/fault.ts';
import { coldArmSafepointDropped } from '#fuzz/faults/stack-maps/cold-arm-safepoint-dropped.ts';
import { losingLocals, losingResultsOf } from '#fuzz/faults/stack-maps/omissions.ts';
import { outerActivationNotWalked } from '#fuzz/faults/stack-maps/outer-activation-not-walked.ts';
import { passThroughUnmapped } from '#fuzz/faults/stack-maps/pass-through-unmapped.ts';
import { selectResultUnmapped } from '#fuzz/faults/stack-maps/select-result-unmapped.ts';
import { tryTableFrameUnmapped } from '#fuzz/faults/stack-maps/try-table-frame-unmapped.ts';
import type { Parts } from '#runtime/parts.ts';
import { PARTS } from '#runtime/parts.ts';

/** By what is left out of the stack roots. */
export const STACK_OMISSIONS = {
  'select result': selectResultUnmapped.plant,
  'block parameter': losingResultsOf(Op.block, Op.if, Op.else),
  'loop parameter': losingResultsOf(Op.loop),
  'try_table frame': tryTableFrameUnmapped.plant,
  'outer activation': outerActivationNotWalked.plant,
  'else arm': coldArmSafepointDropped.plant,
  'passed through': passThroughUnmapped.plant,
  'block result': losingResultsOf(Op.end),
  'call result': losingResultsOf(Op.call, Op.call_ref, Op.call_indirect),
  'bulk allocation': losingResultsOf(Op['array.new_data'], Op['array.new_elem'], Op['array.new_fixed']),
  'far local': losingLocals((local, _index, { locations }) => locations[local]! >= 32),
} as const satisfies Readonly<Record<string, Fault['plant']>>;
export type StackOmission = keyof typeof STACK_OMISSIONS;

/** The parts of the counting collector with something left out. */
export function plantOmission(omission: StackOmission): Parts {
  return STACK_OMISSIONS[omission](PARTS.drc);
}
