/** What `wasm-shell` says of a script, as outcomes. It names each command's line before it runs it, and each trap as it happens. */
import type { TrapCode } from '#runtime/outcome.ts';
import type { ObservedOutcome, ObservedValue } from '../../observation.ts';
import { crashed } from '../foreign-engine.ts';
import type { ScriptPlace } from '../wast.ts';

const NULLS: readonly TrapCode[] = ['nullReference', 'nullFunctionReference', 'nullStructReference', 'nullArrayReference', 'nullI31Reference', 'nullExceptionReference'];
const OUT_OF_BOUNDS: readonly TrapCode[] = ['outOfBoundsMemoryAccess', 'outOfBoundsTableAccess', 'outOfBoundsArrayAccess'];

/** Source: binaryen, `src/wasm-interpreter.h`. */
const TRAPS: readonly (readonly [RegExp, readonly TrapCode[]])[] = [
  [/^unreachable$/, ['unreachable']],
  [/ by 0$/, ['integerDivideByZero']],
  [/^trunc.Float of nan$/, ['invalidConversionToInteger']],
  [/\.(div_s|trunc.Float) overflow$/, ['integerOverflow']],
  // array.copy looks for null in both places before it looks at any bounds.
  [/^null ref$/, [...NULLS, 'castFailure', 'outOfBoundsArrayAccess']],
  [/^null target in call_ref$/, ['nullReference', 'nullFunctionReference']],
  [/^null target in call_indirect$/, ['uninitializedElement']],
  [/call_?indirect/i, ['indirectCallTypeMismatch']],
  [/^cast error$/, ['castFailure', ...NULLS]],
  [/array oob|array access/, OUT_OF_BOUNDS],
  [/oob|out of bounds|dropped segment|> memory/, OUT_OF_BOUNDS],
];

/** What was said while a command ran. */
interface Said {
  readonly place: ScriptPlace | undefined;
  readonly text: string;
}

/** @param places by line, as `scriptOf` gives them */
export function commandsIn(output: string, places: readonly (ScriptPlace | undefined)[]): readonly Said[] {
  const commands = output.split(/^\d+ [A-Z][^\n]*\[line: (\d+)\]\n/m).slice(1);
  return commands.flatMap((line, i) => (i % 2 === 0 ? [{ place: places[Number(line)], text: commands[i + 1]! }] : []));
}

/** @returns undefined when it is none that is known, or when it is what has been predicted */
export function trapIn(text: string, predicted: TrapCode): ObservedOutcome | undefined {
  const said = /^\[trap (.*)\]$/m.exec(text)?.[1];
  const codes = said === undefined ? undefined : TRAPS.find(([pattern]) => pattern.test(said))?.[1];
  if (codes === undefined || codes.includes(predicted)) return undefined;
  return trapped(codes);
}
function trapped([trap, ...or]: readonly TrapCode[]): ObservedOutcome {
  return { kind: 'trapped', trap: trap!, ...(or.length > 0 && { or }) };
}

/** Numbers in the order in which they are printed; of which type they are is known from elsewhere. */
function returned(list: string, like: readonly ObservedValue[] = []): ObservedOutcome {
  const numbers = [...list.matchAll(/-?\d+/g)].map(([number]) => number);
  const values = numbers.map((number, i): ObservedValue => (like[i]?.kind === 'i64' ? { kind: 'i64', value: BigInt(number) } : { kind: 'i32', value: Number(number) }));
  return { kind: 'returned', values };
}

function limitIn(text: string): ObservedOutcome | undefined {
  const limit = /^\[host limit (.*)\]$/m.exec(text)?.[1];
  if (limit === undefined) return undefined;
  return { kind: 'exhausted', resource: /stack|recursion/.test(limit) ? 'callStack' : 'memory' };
}

function refusal(text: string): ObservedOutcome | undefined {
  const [, parsing, validating] = /\[parse exception: (.*?)(?: \(at .*\))?\]|\[wasm-validator error[^\]]*\] ([^\n]*)/.exec(text) ?? [];
  const reason = parsing ?? validating;
  if (reason !== undefined) return { kind: 'invalid', reason: reason.replaceAll(/\d+/g, 'N') };
  return /failed validation|^\d+:\d+: error:/m.test(text) ? { kind: 'invalid' } : undefined;
}

/** @param predicted what the command has asserted, and not seen */
export function outcomeOf(text: string, predicted: ObservedOutcome): ObservedOutcome {
  const known = limitIn(text) ?? refusal(text);
  if (known !== undefined) return known;
  if (/^\[trap Import/m.test(text)) return { kind: 'linkError' };
  if (/^expected (instantiation to trap|invalid module)/m.test(text)) return { kind: 'instantiated' };
  if (/got exception$|^\[exception/m.test(text)) return { kind: 'threw' };
  const reason = /^\[trap (.*)\]$/m.exec(text)?.[1];
  const codes = reason === undefined ? undefined : TRAPS.find(([pattern]) => pattern.test(reason))?.[1];
  if (codes !== undefined) return trapped(codes);
  const [, expected = '', got = '', index = '0'] = /^expected (.*?), got (.*?)(?: at index (\d+))?$/m.exec(text) ?? [];
  if (/^(trap|exception)$/.test(expected)) return returned(got);
  if (/^-?\d+$/.test(got) && predicted.kind === 'returned') {
    const { values } = predicted;
    const value = (returned(got, [values[Number(index)]!]) as Extract<ObservedOutcome, { kind: 'returned' }>).values[0]!;
    return { kind: 'returned', values: values.map((other, i) => (i === Number(index) ? value : other)) };
  }
  const last = reason ?? text.trim().split('\n').at(-1) ?? '';
  return crashed({ invariant: 'failure', operation: last.replaceAll(/\d+/g, 'N').slice(0, 200), message: text.trim() });
}
