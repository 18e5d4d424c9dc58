/** What `wasm-interp` says of the exports that it runs, as outcomes. */
import { stripVTControlCharacters } from 'node:util';
import type { TrapCode } from '#runtime/outcome.ts';
import type { ObservedOutcome, ObservedValue } from '../../observation.ts';
import { crashed } from '../foreign-engine.ts';

/** Source: wabt, `src/interp/interp.cc`. */
const TRAPS: readonly (readonly [RegExp, readonly TrapCode[]])[] = [
  [/^unreachable executed/, ['unreachable']],
  [/^integer divide by zero/, ['integerDivideByZero']],
  [/^integer overflow/, ['integerOverflow']],
  [/^invalid conversion to integer/, ['invalidConversionToInteger']],
  [/^out of bounds memory access/, ['outOfBoundsMemoryAccess']],
  [/^out of bounds table access|^undefined table index/, ['outOfBoundsTableAccess']],
  [/^uninitialized table element/, ['uninitializedElement']],
  [/^indirect call signature mismatch/, ['indirectCallTypeMismatch']],
  [/^null reference/, ['nullReference', 'nullFunctionReference']],
];

function valueOf(type: string, digits: string): ObservedValue {
  // It prints them without sign.
  return type === 'i64' ? { kind: 'i64', value: BigInt.asIntN(64, BigInt(digits)) } : { kind: 'i32', value: Number(digits) | 0 };
}

function outcomeOf(told: string): ObservedOutcome {
  const error = /^error: (.*)/.exec(told)?.[1];
  if (error === undefined) return { kind: 'returned', values: [...told.matchAll(/(i32|i64):(\d+)/g)].map(([, type, digits]) => valueOf(type!, digits!)) };
  if (error.startsWith('call stack exhausted')) return { kind: 'exhausted', resource: 'callStack' };
  const [trap, ...or] = TRAPS.find(([pattern]) => pattern.test(error))?.[1] ?? [];
  if (trap === undefined) return crashed({ invariant: 'trap', operation: error.replaceAll(/\d+/g, 'N'), message: `wabt traps for an unknown reason: ${error}` });
  return or.length === 0 ? { kind: 'trapped', trap } : { kind: 'trapped', trap, or };
}

/** By the name of the export; those that it came to. */
export function outcomesByExport(said: string): ReadonlyMap<string, ObservedOutcome> {
  return new Map([...said.matchAll(/^(step \d+)\(\) =>(.*)$/gm)].map(([, name, told]) => [name!, outcomeOf(told!.trim())]));
}

/** Why a module was not run at all: that it is invalid, or trapped when it was instantiated. */
export function refusalIn(said: string): ObservedOutcome | undefined {
  const reason = /error: (.*)/.exec(stripVTControlCharacters(said))?.[1];
  return reason === undefined ? undefined : { kind: 'invalid', reason: reason.replaceAll(/\d+/g, 'N').slice(0, 200) };
}
