/** What `wasmtime wast` says of a directive that has failed, as outcomes. */
import type { TrapCode } from '#runtime/outcome.ts';
import type { ObservedOutcome, ObservedValue } from '../../observation.ts';
import { crashed, shortened } from '../foreign-engine.ts';

/** Source: wasmtime, `crates/environ/src/trap_encoding.rs`. */
const TRAPS: readonly (readonly [string, readonly TrapCode[]])[] = [
  ['unreachable', ['unreachable']],
  ['integer divide by zero', ['integerDivideByZero']],
  ['integer overflow', ['integerOverflow']],
  ['invalid conversion to integer', ['invalidConversionToInteger']],
  ['out of bounds memory access', ['outOfBoundsMemoryAccess']],
  ['undefined element: out of bounds table access', ['outOfBoundsTableAccess']],
  ['out of bounds table access', ['outOfBoundsTableAccess']],
  ['out of bounds array access', ['outOfBoundsArrayAccess']],
  ['uninitialized element', ['uninitializedElement']],
  ['indirect call type mismatch', ['indirectCallTypeMismatch']],
  ['null i31 reference', ['nullI31Reference']],
  ['null reference', ['nullReference', 'nullFunctionReference', 'nullStructReference', 'nullArrayReference', 'nullI31Reference', 'nullExceptionReference']],
  ['cast failure', ['castFailure']],
  ['allocation size too large', ['allocationSizeTooLarge', 'outOfBoundsMemoryAccess', 'outOfBoundsTableAccess']],
];

const OUT_OF_HEAP = /GC heap out of memory|greater than the max supported size|failed to allocate|out of memory/i;
const NO_FEATURE = /proposal not enabled|proposal (must|to) be enabled|requires? .*\bproposal\b|references required for|support is not enabled|not supported|unsupported|not yet implemented|\bdisabled\b|\bdisallowed\b|not implemented/i;
const LIMIT = /implementation limit|exceeds? (the )?(configured )?(limit|maximum)|(size|count) .*out of bounds|too (large|many|big)|resource limit|instances? limit/i;

/** The line of the script at which it has failed. */
export function failedLine(stderr: string): number | undefined {
  const line = /failed directive on .*?:(\d+)(?::\d+)?$/m.exec(stderr)?.[1];
  return line === undefined ? undefined : Number(line);
}

function trapIn(text: string): ObservedOutcome | undefined {
  const said = /wasm trap: (?:wasm )?`?([^`\n]*)/.exec(text)?.[1];
  if (said === undefined) return undefined;
  if (said.startsWith('call stack exhausted')) return { kind: 'exhausted', resource: 'callStack' };
  const codes = TRAPS.find(([start]) => said.startsWith(start))?.[1];
  if (codes === undefined) return undefined;
  const [trap, ...or] = codes;
  return { kind: 'trapped', trap: trap!, ...(or.length > 0 && { or }) };
}

function valuesIn(list: string): readonly ObservedValue[] {
  return [...list.matchAll(/I(32|64)\((-?\d+)\)/g)].map(([, bits, value]): ObservedValue => (bits === '32' ? { kind: 'i32', value: Number(value) } : { kind: 'i64', value: BigInt(value!) }));
}

/** One value of several was another. */
function mismatch(text: string, predicted: ObservedOutcome): ObservedOutcome | undefined {
  const [, index, actual] = /result (\d+) didn't match[^]*?actual\s+(-?\d+)/.exec(text) ?? [];
  if (index === undefined || actual === undefined || predicted.kind !== 'returned') return undefined;
  const values = predicted.values.map((value, i): ObservedValue => {
    if (i !== Number(index)) return value;
    return value.kind === 'i64' ? { kind: 'i64', value: BigInt(actual) } : { kind: 'i32', value: Number(actual) };
  });
  return { kind: 'returned', values };
}

/**
 * @param stderr of a script that has failed at a directive
 * @param predicted what the directive has asserted
 */
export function outcomeOf(stderr: string, predicted: ObservedOutcome): ObservedOutcome {
  const text = stderr.replaceAll(/^ *\d+: +0x[\da-f]+ - .*$/gm, '');
  const known = mismatch(text, predicted) ?? trapIn(text);
  if (known !== undefined) return known;
  const returned = /expected (?:trap|exception)[^,]*, got (?:Core\()?\[(.*)\]/.exec(text)?.[1];
  if (returned !== undefined) return predicted.kind === 'trapped' && /\(module/.test(text) ? { kind: 'instantiated' } : { kind: 'returned', values: valuesIn(returned) };
  if (/expected module to fail to build/.test(text)) return { kind: 'instantiated' };
  if (OUT_OF_HEAP.test(text)) return { kind: 'exhausted', resource: 'heap' };
  if (/uncaught exception|thrown Wasm exception/i.test(text)) return { kind: 'threw' };
  if (NO_FEATURE.test(text)) return { kind: 'unsupported', reason: reasonIn(text) };
  if (LIMIT.test(text)) return { kind: 'unsupported', reason: 'a limit on modules' };
  if (/Invalid input WebAssembly code|failed to parse WebAssembly module|type mismatch|validat/i.test(text)) return { kind: 'invalid', reason: reasonIn(text).replaceAll(/\d+/g, 'N') };
  if (/unknown import|incompatible import|instantiation failed/.test(text)) return { kind: 'linkError' };
  const reason = reasonIn(text);
  return crashed({ invariant: 'failure', operation: reason.replaceAll(/\d+/g, 'N'), message: reason });
}

/** The innermost cause; one that was seen in place of an asserted trap is told within the first. */
function reasonIn(text: string): string {
  const within = /, got '[^]*?Caused by:\s*(?:\d+: )?([^\n]+)/.exec(text)?.[1];
  if (within !== undefined) return shortened(within.trim());
  const causes = [...text.matchAll(/^ +\d+: (.*)$/gm)].map(([, cause]) => cause!);
  const last = causes.at(-1) ?? text.trim().split('\n')[0] ?? '';
  return shortened(last.replace(/^Invalid input WebAssembly code at offset \d+: /, '').replace(/ \(at offset .*\)$/, ''));
}
