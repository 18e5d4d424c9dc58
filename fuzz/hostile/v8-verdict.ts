/**
 * Our judgement of a module against V8's. Where they differ for a reason that is known, the reason has a name here;
 * anything else is a defect of ours (or of V8).
 */
export type OwnVerdict =
  | { readonly kind: 'valid' }
  | { readonly kind: 'malformed' | 'unsupported' | 'limit' | 'invalid'; readonly message: string };

/** Why V8 refuses what the specification allows: its own limits, by a piece of its message. */
const V8_IS_STRICTER: readonly (readonly [piece: RegExp, reason: string])[] = [
  [/is larger than implementation limit/, 'V8 has a lower limit on table sizes'],
  // The grammar has 64-bit limits for all memories and tables; V8 reads those of 32-bit ones as 32 bits.
  [/(length overflow|extra bits in varint) while decoding (initial|maximum) size/, 'V8 reads limits as at most five bytes'],
];
/** Why V8 accepts what the specification does not, by a piece of our message. */
const V8_IS_LENIENT: readonly (readonly [piece: RegExp, reason: string])[] = [
  // The grammar has one zero byte there.
  [/malformed tag attribute/, 'V8 reads the attribute of a tag as LEB128'],
  [/unknown label 4294967295/, 'V8 lets the label of a catch clause wrap around'],
];

export type Difference =
  | { readonly kind: 'known'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly message: string };

/** @returns undefined where both say the same, or ours makes no statement */
export function differenceFromV8(bytes: Uint8Array, own: OwnVerdict): Difference | undefined {
  if (own.kind === 'unsupported' || own.kind === 'limit') return undefined;
  if (WebAssembly.validate(bytes) === (own.kind === 'valid')) return undefined;
  const [message, table] = own.kind === 'valid' ? [v8Message(bytes), V8_IS_STRICTER] : [own.message, V8_IS_LENIENT];
  const reason = table.find(([piece]) => piece.test(message))?.[1];
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
