/**
 * The stack scan: after a collection every frame is read by its static types, and each reference must belong
 * to an object that is among the stack roots (L13, L14). It finds what a wrong stack map leaves out at the
 * first collection, before anything is freed and reused. It shares nothing with the maps.
 */
import type { DrcState } from '../heap/drc-walk.ts';
import { isObject } from '../heap/reference.ts';
import type { CallStack } from '../interpreter/call-stack.ts';
import { hex } from '../outcome.ts';
import { instructionAt } from '../compile/compiled.ts';
import type { WasmFunction } from '../function.ts';
import type { FrameSlot } from './frame-types.ts';
import { frameSlots, frameSlotsBefore } from './frame-types.ts';
import { listMembers } from './holder.ts';

/** A reference in a frame that the stack roots do not have. */
export interface ScanFailure {
  readonly kind: 'unlisted';
  readonly address: number;
  /** What the frame runs: `function 3`. */
  readonly code: string;
  /** Position in its body. */
  readonly instruction: number;
  readonly slot: FrameSlot;
}

/**
 * @param begun whether the instruction of the innermost frame is under way, as at safe points
 * @returns the first failure, outermost frame first
 */
export function scanFrames(heap: DrcState, stack: CallStack, begun = true): ScanFailure | undefined {
  if (stack.depth < 0) return undefined;
  const listed = new Set(listMembers(heap));
  for (let depth = 0; depth <= stack.depth; depth++) {
    const fn = stack.functions[depth]!;
    const pc = stack.pcs[depth]!;
    const slots = begun || depth < stack.depth ? frameSlots(fn, pc) : frameSlotsBefore(fn, pc);
    for (const slot of slots) {
      const ref = stack.i32[stack.fps[depth]! + slot.location]!;
      if (isObject(ref) && !listed.has(ref)) {
        return { kind: 'unlisted', address: ref, code: nameOf(fn), instruction: instructionAt(fn.code, pc), slot };
      }
    }
  }
  return undefined;
}

function nameOf({ code: { role } }: WasmFunction): string {
  return 'index' in role ? `${role.kind} ${role.index}` : `${role.kind} of segment ${role.segment}`;
}

export function describeScanFailure({ address, code, instruction, slot }: ScanFailure): string {
  return `${hex(address)} is in ${slot.kind} ${slot.index} of ${code} at instruction ${instruction}, but not among the stack roots [L13]`;
}
