/**
 * Closed Programs as scripts of the official test suite's format. A script can only assert, so it asserts what a twin of ours has seen; a step
 * on which the twin has nothing to show, because it was skipped or could not be linked, is left out.
 */
import type { TrapCode } from '#runtime/outcome.ts';
import type { ObservedOutcome, ObservedValue } from '../observation.ts';
import type { ForeignCase } from './foreign-engine.ts';

/** The words of the official suite, which engines match by their beginning. */
export const TRAP_TEXTS: Readonly<Record<TrapCode, string>> = {
  unreachable: 'unreachable',
  integerDivideByZero: 'integer divide by zero',
  integerOverflow: 'integer overflow',
  invalidConversionToInteger: 'invalid conversion to integer',
  outOfBoundsMemoryAccess: 'out of bounds memory access',
  outOfBoundsTableAccess: 'out of bounds table access',
  outOfBoundsArrayAccess: 'out of bounds array access',
  uninitializedElement: 'uninitialized element',
  indirectCallTypeMismatch: 'indirect call type mismatch',
  nullReference: 'null reference',
  nullFunctionReference: 'null function reference',
  nullStructReference: 'null structure reference',
  nullArrayReference: 'null array reference',
  nullI31Reference: 'null i31 reference',
  nullExceptionReference: 'null exception reference',
  castFailure: 'cast failure',
  allocationSizeTooLarge: 'allocation size too large',
  hostError: 'host error',
};

export interface ScriptOptions {
  /** Directives that make a module with the export `gc` and register it as `env`, one a line. */
  readonly prelude: readonly string[];
  /** Whether trap texts are asserted, or only that there is a trap. */
  readonly trapTexts: boolean;
  /** Gives a directive that tells how far the script has come; nothing where an engine cannot tell. */
  readonly mark?: (line: number) => string;
  /** Whether modules in binary are identified by the names that their bytes give them, and not by those of the script. */
  readonly namesInBytes?: boolean;
  /** Whether what is instantiated more than once is defined only once, which not all engines can do. */
  readonly sharesModules?: boolean;
  /** Gives a module as text under a name, over any number of lines; in place of its bytes. */
  readonly moduleText?: (position: number, id: string) => string;
  /** Gives comments that stand above a module, one a line. */
  readonly above?: (position: number) => readonly string[];
}

/** A script and what each of its lines is about. */
export interface Script {
  readonly text: string;
  /** By line, counted from 1; undefined for what is no step. */
  readonly places: readonly (ScriptPlace | undefined)[];
}
export interface ScriptPlace {
  /** Position among the cases. */
  readonly position: number;
  readonly step: number;
}

function quoted(text: string): string {
  return `"${[...new TextEncoder().encode(text)].map((byte) => (byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c ? String.fromCharCode(byte) : `\\${hexByte(byte)}`)).join('')}"`;
}
function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function binary(name: string, bytes: Uint8Array): string {
  return `(module ${name}binary "${Array.from(bytes, (byte) => `\\${hexByte(byte)}`).join('')}")`;
}

/** Modules that come several times among cases, such as those of the host, and the names of those that a script has defined by now. */
class SharedModules {
  /** How often each is instantiated, by its bytes. */
  readonly #uses = new Map<string, number>();
  readonly #ids = new Map<string, string>();

  constructor(cases: readonly ForeignCase[]) {
    for (const { modules, steps, predicted } of cases) {
      for (const [i, step] of steps.entries()) {
        if (step.kind !== 'instantiate' || predicted[i]?.kind !== 'instantiated') continue;
        const key = keyOf(modules[step.module]!.bytes);
        this.#uses.set(key, (this.#uses.get(key) ?? 0) + 1);
      }
    }
  }

  /** Directives that make an instance; the first of several defines the module, too. */
  instance(id: string, bytes: Uint8Array): string {
    const key = keyOf(bytes);
    const known = this.#ids.get(key);
    if (known !== undefined) return `(module instance ${id} ${known})`;
    if (this.#uses.get(key) === 1) return binary(`${id} `, bytes);
    const own = `$shared${this.#ids.size}`;
    this.#ids.set(key, own);
    return `${binary(`definition ${own} `, bytes)} (module instance ${id} ${own})`;
  }
}
function keyOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** With a custom section that names the module (appendix of the specification: Name Section). @param name shorter than 64 characters */
function withName(bytes: Uint8Array, name: string): Uint8Array {
  const text = new TextEncoder().encode(name);
  const subsection = [0, text.length + 1, text.length, ...text];
  const content = [4, ...new TextEncoder().encode('name'), ...subsection];
  return Uint8Array.from([...bytes, 0, content.length, ...content]);
}

/** Tells the instances of one module apart: empty for the first of them. */
function instanceOf({ steps, predicted }: ForeignCase, step: number): string {
  const { module } = steps[step]!;
  const instances = steps.filter((other, i) => i < step + 1 && other.module === module && other.kind === 'instantiate' && predicted[i]?.kind === 'instantiated').length;
  return instances <= 1 ? '' : `_${instances}`;
}

function constant(value: ObservedValue): string {
  if (value.kind === 'i32' || value.kind === 'i64') return `(${value.kind}.const ${value.value})`;
  throw new TypeError(`a closed Program does not show values of kind ${value.kind}`);
}

/** Why a script cannot show a case: there is no directive for an instance whose start function throws, which may have done something before. */
export function untellable({ steps, predicted }: ForeignCase): string | undefined {
  return predicted.some(({ kind }, i) => kind === 'threw' && steps[i]!.kind === 'instantiate') ? 'a start function that throws' : undefined;
}

/** @param cases to run one after the other in one process */
export function scriptOf(cases: readonly ForeignCase[], options: ScriptOptions): Script {
  const lines: string[] = [...options.prelude];
  const places: (ScriptPlace | undefined)[] = [undefined, ...lines.map(() => undefined)];
  const put = (line: string, place?: ScriptPlace): void => {
    lines.push(line);
    places.push(place);
  };
  const shared = options.sharesModules === true ? new SharedModules(cases) : undefined;
  for (const [position, one] of cases.entries()) {
    for (const [step, outcome] of one.predicted.entries()) {
      const directive = directiveOf(one, step, outcome, position, options, shared);
      if (directive === undefined) continue;
      const { kind, module } = one.steps[step]!;
      if (kind === 'instantiate') options.above?.(module).forEach((line) => put(line));
      if (options.mark !== undefined) put(options.mark(lines.length + 2));
      put(directive, { position, step });
    }
  }
  return { text: `${lines.join('\n')}\n`, places };
}

function directiveOf(one: ForeignCase, index: number, outcome: ObservedOutcome, position: number, { trapTexts, moduleText, namesInBytes = false }: ScriptOptions, shared: SharedModules | undefined): string | undefined {
  const step = one.steps[index]!;
  const module = one.modules[step.module]!;
  const { name } = module;
  const ownName = `c${position}m${step.module}${instanceOf(one, index)}`;
  const id = `$${ownName}`;
  const bytes = namesInBytes ? withName(module.bytes, ownName) : module.bytes;
  const text = outcome.kind === 'trapped' && trapTexts ? quoted(TRAP_TEXTS[outcome.trap]) : '""';
  if (step.kind === 'drop') return undefined;
  if (step.kind === 'instantiate') {
    if (outcome.kind === 'instantiated') return `${moduleText?.(step.module, id) ?? shared?.instance(id, bytes) ?? binary(`${id} `, bytes)} (register ${quoted(name)} ${id})`;
    if (outcome.kind === 'invalid') return `(assert_invalid ${binary('', bytes)} "")`;
    return outcome.kind === 'trapped' ? `(assert_trap ${binary('', bytes)} ${text})` : undefined;
  }
  const invoke = `(invoke ${id} ${quoted(step.export)})`;
  if (outcome.kind === 'returned') return `(assert_return ${[invoke, ...outcome.values.map(constant)].join(' ')})`;
  if (outcome.kind === 'trapped') return `(assert_trap ${invoke} ${text})`;
  return outcome.kind === 'threw' ? `(assert_exception ${invoke})` : undefined;
}
