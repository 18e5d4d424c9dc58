/**
 * Our judgement of a module against V8's. Where they differ for a reason that is known, the reason has a name here;
 * anything else is a defect of ours (or of V8).
 */
import type { ValidationError } from '#wasm/errors.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { FunctionValidator } from '#wasm/valid/function-validator.ts';
import { ModuleContext } from '#wasm/valid/module-context.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';

export type OwnVerdict =
  | { readonly kind: 'valid' }
  | { readonly kind: 'malformed' | 'unsupported' | 'limit'; readonly error: Error }
  | { readonly kind: 'invalid'; readonly error: ValidationError; readonly module: Module };

type Reasons = readonly (readonly [piece: RegExp, reason: string])[];

/** Why V8 refuses what the specification allows, by a piece of its message. */
const V8_IS_STRICTER: Reasons = [
  [/is larger than implementation limit/, 'V8 has a lower limit on table sizes'],
  // The grammar has 64-bit limits for all memories and tables; V8 reads those of 32-bit ones as 32 bits.
  [/(length overflow|extra bits in varint) while decoding (initial|maximum) size/, 'V8 reads limits as at most five bytes'],
];
/** Why V8 accepts what the specification does not, by a piece of our message. */
const V8_IS_LENIENT: Reasons = [
  // The grammar has one zero byte there.
  [/malformed tag attribute/, 'V8 reads the attribute of a tag as LEB128'],
  [/unknown label 4294967295/, 'V8 lets the label of a catch clause wrap around'],
  [/malformed reference type/, 'V8 takes element segments of numbers, as long as they are not used'],
  [/label \d+ takes no reference/, 'V8 lets br_on_non_null go to a label that takes nothing'],
];
const LOOSE_IN_UNREACHABLE = 'V8 types the operands of unreachable code loosely';
const LOOSE_AFTER_CAST = 'V8 derives what a branching cast leaves from its operand';

export type Difference =
  | { readonly kind: 'known'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly message: string };

/** @returns undefined where both say the same, or ours makes no statement */
export function differenceFromV8(bytes: Uint8Array, own: OwnVerdict): Difference | undefined {
  if (own.kind === 'unsupported' || own.kind === 'limit') return undefined;
  if (WebAssembly.validate(bytes) === (own.kind === 'valid')) return undefined;
  const message = own.kind === 'valid' ? v8Message(bytes) : own.error.message;
  const listed = (own.kind === 'valid' ? V8_IS_STRICTER : V8_IS_LENIENT).find(([piece]) => piece.test(message))?.[1];
  const reason = listed ?? (own.kind === 'invalid' ? loosenessOf(own.module, own.error) : undefined);
  if (reason !== undefined) return { kind: 'known', reason };
  return { kind: 'unknown', message: own.kind === 'valid' ? `only V8 refuses: ${message}` : `only V8 accepts: ${message}` };
}

function v8Message(bytes: Uint8Array): string {
  try {
    return `nothing: it compiles ${String(new WebAssembly.Module(bytes))}`;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What V8 is known to be loose about where validation of a function body failed. */
function loosenessOf(module: Module, { place }: ValidationError): string | undefined {
  if (place.space !== 'function' || place.index === undefined) return undefined;
  const context = new ModuleContext(module, new TypeRegistry());
  const validator = new FunctionValidator(context);
  const func = module.functions[place.index - context.imported.func]!;
  const before = func.body.slice(0, place.instruction ?? func.body.length);
  validator.beginFunction(place.index, func);
  for (const instruction of before) validator.step(instruction);
  if (validator.controls.at(-1)?.unreachable === true) return LOOSE_IN_UNREACHABLE;
  const upToHere = func.body.slice(0, before.length + 1);
  const casts = upToHere.some(({ op }) => op === Op.br_on_cast || op === Op.br_on_cast_fail);
  return casts ? LOOSE_AFTER_CAST : undefined;
}
