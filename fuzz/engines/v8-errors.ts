/**
 * What V8 throws, as outcomes. V8 tells traps apart by their messages alone, and some not at all: a message may
 * stand for several of our codes. Source: V8, `src/common/message-template.h`, names beginning with `kTrap`.
 */
import type { TrapCode } from '#runtime/outcome.ts';
import type { ObservedOutcome } from './observation.ts';

const NULL_REFERENCES: readonly TrapCode[] = [
  'nullReference',
  'nullFunctionReference',
  'nullStructReference',
  'nullArrayReference',
  'nullI31Reference',
  'nullExceptionReference',
];

/** The message of a trap while a function runs, to the codes it may be. */
const TRAPS: Readonly<Record<string, readonly TrapCode[]>> = {
  'unreachable': ['unreachable'],
  'divide by zero': ['integerDivideByZero'],
  'remainder by zero': ['integerDivideByZero'],
  'divide result unrepresentable': ['integerOverflow'],
  'float unrepresentable in integer range': ['invalidConversionToInteger', 'integerOverflow'],
  'memory access out of bounds': ['outOfBoundsMemoryAccess'],
  // V8 looks at the segment first, ours at the array.
  'data segment out of bounds': ['outOfBoundsMemoryAccess', 'outOfBoundsArrayAccess'],
  'table index is out of bounds': ['outOfBoundsTableAccess'],
  'element segment out of bounds': ['outOfBoundsTableAccess', 'outOfBoundsArrayAccess'],
  'array element access out of bounds': ['outOfBoundsArrayAccess'],
  'function signature mismatch': ['indirectCallTypeMismatch', 'uninitializedElement'],
  // Only where the type is open: otherwise null has no signature that would fit.
  'null function': ['uninitializedElement'],
  'dereferencing a null pointer': NULL_REFERENCES,
  'rethrowing null value': ['nullExceptionReference'],
  'illegal cast': ['castFailure'],
  // V8 looks at the length first, ours at the segment.
  'requested new array is too large': ['allocationSizeTooLarge', 'outOfBoundsMemoryAccess', 'outOfBoundsTableAccess'],
};

/** Traps of instantiation come with a prefix, and this one with details. */
const DATA_SEGMENT = /^data segment \d+ is out of bounds/;

/** What V8 says of modules that the specification allows and that are too large for it (V8, `src/wasm/wasm-limits.h`). */
const LIMITS: readonly RegExp[] = [
  // Parameters, results, fields, tables, tags, segments and so on: `param count of 1001 exceeds internal limit of 1000`.
  /count of \d+ exceeds internal limit of \d+/,
  /\(\d+ elements\) is larger than implementation limit/,
  /for array\.new_fixed too large, maximum is \d+/,
  /invalid table count \(> max br_table size\)/,
  /size \d+ (> maximum|exceeds maximum|is too large)/,
];

/** @returns undefined when V8 finds the module not valid, as opposed to too large for it */
export function limitOfCompileError(message: string): string | undefined {
  return LIMITS.some((limit) => limit.test(message)) ? 'a limit on modules' : undefined;
}

/** @throws the error itself when it is none that Wasm or its limits can raise */
export function outcomeOfError(error: unknown): ObservedOutcome {
  if (error instanceof WebAssembly.Exception) return { kind: 'threw' };
  if (error instanceof RangeError) return { kind: 'exhausted', resource: /call stack/.test(error.message) ? 'callStack' : 'memory' };
  if (!(error instanceof WebAssembly.RuntimeError)) throw error;
  const codes = trapCodes(error.message);
  if (codes === undefined) throw error;
  const [trap, ...or] = codes;
  return or.length === 0 ? { kind: 'trapped', trap: trap! } : { kind: 'trapped', trap: trap!, or };
}

/** The codes that the message of a trap may stand for; undefined when it is none that is known. */
export function trapCodes(message: string): readonly TrapCode[] | undefined {
  if (Object.hasOwn(TRAPS, message)) return TRAPS[message];
  const rest = message.replace(/^WebAssembly\.Instance\(\): /, '');
  if (Object.hasOwn(TRAPS, rest)) return TRAPS[rest];
  return DATA_SEGMENT.test(rest) ? ['outOfBoundsMemoryAccess'] : undefined;
}
