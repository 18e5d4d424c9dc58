/**
 * What JavaScript engines throw, as outcomes. They tell traps apart by their messages alone, and some not at all.
 * Sources: V8, see `../v8-errors.ts`; JavaScriptCore, `Source/JavaScriptCore/wasm/WasmExceptionType.h`; SpiderMonkey, `js/public/friend/ErrorNumbers.msg`.
 */
import type { TrapCode } from '#runtime/outcome.ts';
import type { ObservedOutcome } from '../../observation.ts';
import { limitOfCompileError, trapCodes as v8TrapCodes } from '../../v8-errors.ts';
import { shortened } from '../foreign-engine.ts';

/** Wording of one engine. */
export interface Wording {
  /** @returns the codes that the message of a trap may stand for */
  readonly trap: (message: string) => readonly TrapCode[] | undefined;
  /** @returns which limit it is when a module is not invalid but too much for the engine */
  readonly limit: (message: string) => string | undefined;
}

const NULLS: readonly TrapCode[] = ['nullReference', 'nullFunctionReference', 'nullStructReference', 'nullArrayReference', 'nullI31Reference', 'nullExceptionReference'];
const SEGMENTS: readonly TrapCode[] = ['outOfBoundsMemoryAccess', 'outOfBoundsTableAccess', 'outOfBoundsArrayAccess'];

const JSC_TRAPS: readonly (readonly [RegExp, readonly TrapCode[]])[] = [
  [/^Unreachable code/, ['unreachable']],
  [/^Division by zero/, ['integerDivideByZero']],
  [/^Integer overflow/, ['integerOverflow']],
  [/^Out of bounds Trunc/i, ['invalidConversionToInteger', 'integerOverflow']],
  [/^Out of bounds memory access/, SEGMENTS],
  [/^Out of bounds table access/, SEGMENTS],
  [/^Out of bounds call_indirect/, ['outOfBoundsTableAccess']],
  [/null table entry/, ['uninitializedElement', 'nullFunctionReference']],
  [/signature that does not match/, ['indirectCallTypeMismatch', 'uninitializedElement']],
  [/^Out of bounds or failed to allocate/, [...SEGMENTS, 'allocationSizeTooLarge']],
  [/would exceed the size of/, SEGMENTS],
  [/^Failed to allocate new array/, ['allocationSizeTooLarge', ...SEGMENTS]],
  [/^Out of bounds array/, ['outOfBoundsArrayAccess', ...SEGMENTS]],
  // Compiled code makes one check of a cast that may give null and of the access behind it, and tells of either.
  [/^ref\.cast failed|failed to cast/, ['castFailure', ...NULLS]],
  // A cast of null that must not be null is told in the same words. array.copy looks for null in both places before it looks at any bounds.
  [/^access to a null reference/, [...NULLS, 'castFailure', 'outOfBoundsArrayAccess']],
  [/null reference|on a null/i, NULLS],
  [/(data|element) segment|Invalid data|Element is trying to set|Offset is .* out of bounds/i, SEGMENTS],
];

const SPIDERMONKEY_TRAPS: readonly (readonly [RegExp, readonly TrapCode[]])[] = [
  [/^unreachable executed/, ['unreachable']],
  [/^integer divide by zero/, ['integerDivideByZero']],
  [/^integer overflow/, ['integerOverflow']],
  [/^invalid conversion to integer/, ['invalidConversionToInteger']],
  [/^table index out of bounds/, ['outOfBoundsTableAccess']],
  [/^index out of bounds/, SEGMENTS],
  // Of call_indirect and of call_ref.
  [/^indirect call to null/, ['uninitializedElement', 'nullFunctionReference', 'nullReference']],
  [/^indirect call signature mismatch/, ['indirectCallTypeMismatch', 'uninitializedElement']],
  [/^dereferencing null pointer/, NULLS],
  [/^bad cast/, ['castFailure']],
  [/^too many array elements/, ['allocationSizeTooLarge', ...SEGMENTS]],
];

function codesIn(traps: typeof JSC_TRAPS): Wording['trap'] {
  return (message) => traps.find(([pattern]) => pattern.test(message))?.[1];
}
function limitIn(message: string): string | undefined {
  return /too (large|big|many)|exceeds? (the )?(maximum|limit)|maximum .* exceeded/i.test(message) ? 'a limit on modules' : undefined;
}

export const V8: Wording = { trap: v8TrapCodes, limit: limitOfCompileError };

export const JSC: Wording = { trap: codesIn(JSC_TRAPS), limit: limitIn };
export const SPIDERMONKEY: Wording = { trap: codesIn(SPIDERMONKEY_TRAPS), limit: limitIn };

/** @returns undefined when the message is none that is known */
export function trapped(message: string, { trap: codesOf }: Wording): ObservedOutcome | undefined {
  const codes = codesOf(message.replace(/ \(evaluating .*$/s, '').replace(/^couldn't evaluate constant expression: .* at byte \d+: /, ''));
  if (codes === undefined) return undefined;
  const [trap, ...or] = codes;
  return or.length === 0 ? { kind: 'trapped', trap: trap! } : { kind: 'trapped', trap: trap!, or };
}

/** Why a module is refused, without places and numbers, so that bugs of the same kind read alike. */
export function refusal(message: string): string {
  const reason = message
    .replace(/ \(evaluating .*$/s, '')
    .replace(/^.*?(doesn't \w+: |WebAssembly\.Module\(\): (Compiling function .*? failed: )?)/s, '')
    .replace(/, in function at index \d+.*$| @\+\d+$/s, '')
    .replaceAll(/0x[\da-f]+|\d+/gi, 'N');
  return shortened(reason);
}
