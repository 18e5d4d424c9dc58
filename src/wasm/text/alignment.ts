/** Natural alignment of memory accesses (spec: Text Format / Instructions / Memory Instructions). */
import { instructionName } from '../syntax/instructions.ts';

const ACCESS = /^(?:[if](\d+)|v(128))\.(?:load|store)(\d*)(?:x(\d))?/;

/** Exponent of 2 of the bytes that a load or store touches; what `align=` defaults to. */
export function naturalAlignment(op: number): number {
  const match = ACCESS.exec(instructionName(op) ?? '');
  if (match === null) throw new Error(`opcode ${op} is not a memory access`);
  const [, scalar, vector, part, lanes] = match;
  const bits = part === '' || part === undefined ? Number(scalar ?? vector) : Number(part) * Number(lanes ?? 1);
  return Math.log2(bits / 8);
}
