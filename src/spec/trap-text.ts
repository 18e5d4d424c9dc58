/** How the suite words our trap codes. Its texts may go on after these words: `uninitialized element 2`. */
import type { TrapCode } from '#runtime/outcome.ts';

const TEXTS: Readonly<Record<TrapCode, readonly string[]>> = {
  unreachable: ['unreachable'],
  integerDivideByZero: ['integer divide by zero'],
  integerOverflow: ['integer overflow'],
  invalidConversionToInteger: ['invalid conversion to integer'],
  outOfBoundsMemoryAccess: ['out of bounds memory access'],
  outOfBoundsTableAccess: ['out of bounds table access', 'undefined element'],
  outOfBoundsArrayAccess: ['out of bounds array access'],
  uninitializedElement: ['uninitialized element'],
  indirectCallTypeMismatch: ['indirect call type mismatch'],
  // The suite asks for the general wording in places where an instruction has its own.
  nullReference: ['null reference'],
  nullFunctionReference: ['null function reference', 'null reference'],
  nullStructReference: ['null structure reference', 'null reference'],
  nullArrayReference: ['null array reference', 'null reference'],
  nullI31Reference: ['null i31 reference', 'null reference'],
  nullExceptionReference: ['null exception reference', 'null reference'],
  castFailure: ['cast failure'],
  allocationSizeTooLarge: [],
  hostError: [],
};

const KNOWN = Object.values(TEXTS).flat();

/** Whether a trap is the one that a script asks for; wording that is not the suite's accepts any. */
export function isTrap(code: TrapCode, text: string): boolean {
  if (!KNOWN.some((known) => text.startsWith(known))) return true;
  return TEXTS[code].some((known) => text.startsWith(known));
}
