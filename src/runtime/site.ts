/**
 * Where a store stands: the instruction under way in the innermost frame, or what the host is doing. Reports
 * name failures by it.
 */
import { instructionName } from '#wasm/syntax/instructions.ts';
import { instructionAt } from './compile/compiled.ts';
import type { WasmFunction } from './function.ts';
import type { Store } from './store.ts';

export interface Site {
  /** The innermost frame's; undefined when there is no frame. */
  readonly fn: WasmFunction | undefined;
  /** As the frame keeps it: behind the opcode of the instruction, or at the entry before the first one. */
  readonly pc: number;
  /** What the host is doing, in words: `global initialiser`, `collect`. */
  readonly hostOperation: string;
}

/** Exact at safe points, and always while execution is followed; elsewhere the pc may lag behind. */
export function currentSite({ stack, hostOperation }: Store): Site {
  const { depth } = stack;
  return depth < 0 ? { fn: undefined, pc: 0, hostOperation } : { fn: stack.functions[depth]!, pc: stack.pcs[depth]!, hostOperation };
}

/** `array.copy`, `entry`, `constant expression`, `collect`: the same for all modules alike, and wherever the instruction stands. */
export function operationName({ fn, pc, hostOperation }: Site): string {
  if (fn === undefined) return hostOperation;
  const { role, expr, entry } = fn.code;
  if (pc === entry) return role.kind === 'function' ? 'entry' : 'constant expression';
  const instruction = expr[instructionAt(fn.code, pc)];
  return instruction === undefined ? 'end' : (instructionName(instruction.op) ?? 'unknown');
}

/** `instruction 4 (array.copy) of function 0`, for people. */
export function describeSite(site: Site): string {
  const { fn, pc, hostOperation } = site;
  if (fn === undefined) return hostOperation;
  const { role, expr, entry } = fn.code;
  const where = 'index' in role ? `${role.kind} ${role.index}` : `${role.kind} segment ${role.segment}`;
  if (pc === entry) return `entry of ${where}`;
  const index = instructionAt(fn.code, pc);
  const instruction = expr[index];
  return `instruction ${index} (${instruction === undefined ? 'end' : instructionName(instruction.op)}) of ${where}`;
}
