/**
 * Engines that are programs of others. They run closed Programs in processes of their own, many at a time; whatever becomes of a process, there is
 * an observation of each case.
 */
import type { ClosedProgram } from '../closed/close.ts';
import { usesExceptions } from '../closed/close.ts';
import { encode } from '#wasm/binary/encode.ts';
import type { Observation, ObservedFault, ObservedOutcome } from '../observation.ts';

/** Which engine, and how to start it: plain data, sent to workers and kept in findings. */
export interface ForeignSpec {
  /** As the command line names it: `wasmtime:drc`. */
  readonly name: string;
  readonly family: string;
  readonly path: string;
  /** Of the engine, as it tells it. */
  readonly version: string;
  readonly flags: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Step of a closed Program. */
export type ForeignStep =
  | { readonly kind: 'instantiate'; readonly module: number }
  | { readonly kind: 'drop'; readonly module: number }
  | { readonly kind: 'call'; readonly module: number; readonly export: string };

/** Whether it is a library of JavaScript, and no program. */
export function isLibrary(path: string): boolean {
  return /\.[cm]?js$/.test(path);
}

export interface ForeignCase {
  readonly modules: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly steps: readonly ForeignStep[];
  /** Whether it needs exception handling, which not all engines have. */
  readonly exceptions: boolean;
  /** What a twin of ours has seen: those that can only assert assert that. */
  readonly predicted: readonly ObservedOutcome[];
}

/** Limits of one case. */
export interface ForeignLimits {
  readonly caseMs: number;
  readonly memoryBytes: number;
}
export const FOREIGN_LIMITS: ForeignLimits = { caseMs: 5_000, memoryBytes: 1 << 30 };

export interface ForeignEngine {
  /** One observation for each case, in their order. Does not reject. */
  run(cases: readonly ForeignCase[]): Promise<readonly Observation[]>;
  /** Ends its processes. */
  end(): Promise<void>;
}

export function foreignCase({ program }: ClosedProgram, predicted: readonly ObservedOutcome[]): ForeignCase {
  const steps = program.steps.flatMap((step): readonly ForeignStep[] =>
    step.kind === 'call' ? [{ kind: 'call', module: step.module, export: step.export }] : step.kind === 'instantiate' || step.kind === 'drop' ? [step] : [],
  );
  return { modules: program.modules.map(({ name, module }) => ({ name, bytes: encode(module) })), steps, exceptions: program.modules.some(({ module }) => usesExceptions(module)), predicted };
}

export function observationOf(outcomes: readonly ObservedOutcome[]): Observation {
  return { outcomes, hostTrace: [], heap: undefined, effort: { instructions: 0, collections: 0, allocations: 0, safePoints: 0 } };
}

/** The case cannot be compared on this engine. */
export function unsupported(reason: string): Observation {
  return observationOf([{ kind: 'unsupported', reason: shortened(reason) }]);
}

export function crashed(fault: Pick<ObservedFault, 'invariant' | 'operation' | 'message'>): ObservedOutcome {
  return { kind: 'faulted', fault: { oracle: 'crash', defect: undefined, holders: [], ...fault } };
}

/** What it has answered is no answer. @param engine its name */
export function garbage(engine: string, answer: string): Observation {
  return observationOf([crashed({ invariant: 'garbage', operation: 'answer', message: `${engine} answers ${JSON.stringify(answer.slice(0, SHOWN_CHARACTERS))}` })]);
}

const SHOWN_LINES = 12;
/** Of a line. */
const SHOWN_CHARACTERS = 200;

/** What an engine has said, however long it is. */
export function shortened(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}...`;
}

/** What it has said, without stack traces. */
export function lastWords(stderr: string): readonly string[] {
  return stderr.split('\n').filter((line) => line.trim() !== '' && !/^ +(\d+: |at )|stack backtrace/.test(line)).slice(0, SHOWN_LINES).map(shortened);
}

/** Lines of panics, assertions and sanitizers that say what is wrong. */
const TELLING = /panicked|assert|fatal|check failed|unreachable|sanitizer|abort|internal error|error:/i;

/**
 * What a process has said at its end without the accidents: numbers, addresses, paths of whoever built it.
 * @param stderr its last words
 */
export function causeOf(stderr: string): string | undefined {
  const lines = stderr.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const at = lines.findIndex((line) => TELLING.test(line));
  if (at === -1) return undefined;
  // Rust gives the place in one line and the reason in the next.
  const told = /panicked at [^:]+:\d+:\d+:$/.test(lines[at]!) ? `${lines[at]} ${lines[at + 1] ?? ''}` : lines[at]!;
  return told
    .replaceAll(/(\/[\w.@+-]+)+\/(?=[\w.-]+)/g, '')
    .replaceAll(/0x[\da-f]+|\b\d+\b/gi, 'N')
    .slice(0, SHOWN_CHARACTERS);
}
