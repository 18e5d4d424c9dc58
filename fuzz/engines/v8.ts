/**
 * The V8 that this process runs on, as an engine: an implementation that shares no code with ours. It shows
 * outcomes and host calls, but not its heap.
 *
 * V8 has no fuel, and running out of heap ends the process: it is to run only what another engine has finished
 * within its limits, unless it is given a time. Modules compile lazily, by the baseline compiler.
 */
import { HOST_MODULE } from '#fuzz/program/host-types.ts';
import type { Argument, Program, Step } from '#fuzz/program/program.ts';
import type { CompiledModule } from '#runtime/compile/compiled.ts';
import type { ExternKind } from '#wasm/syntax/module.ts';
import type { FuncType, ValType } from '#wasm/syntax/types.ts';
import type { Engine } from './engine.ts';
import { observeFault } from './fault-report.ts';
import type { Observation, ObservedOutcome } from './observation.ts';
import { prepare } from './prepare.ts';
import type { Prepared } from './prepare.ts';
import { limitOfCompileError, outcomeOfError } from './v8-errors.ts';
import { JsHost } from './v8-host.ts';
import { EncodedModule, modulesForV8 } from './v8-modules.ts';
import { withinTime } from './v8-time.ts';
import type { JsValue } from './v8-values.ts';
import { JS_NULL, barredSignature, barredType, isSort, numberFromF32, numberFromF64, observeJs, resultsOf } from './v8-values.ts';

export interface V8Engine extends Engine {
  /** Runs a Program of whose modules others have written the bytes; the Program has them as decoded. */
  runBytes(program: Program, bytes: readonly Uint8Array[]): Observation;
}

export function v8Engine(): V8Engine {
  return {
    name: 'v8',
    run: (program) => withinTime(program, () => new V8Run(program, undefined).run()),
    runBytes: (program, bytes) => withinTime(program, () => new V8Run(program, bytes).run()),
  };
}

const DONE: ObservedOutcome = { kind: 'returned', values: [] };
const SKIPPED: ObservedOutcome = { kind: 'skipped' };

/** What V8 cannot do; unwinds to the step. */
class Unsupported {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}
function requireNotBarred(reason: string | undefined): void {
  if (reason !== undefined) throw new Unsupported(reason);
}

/** An instance and the module whose types tell what its exports are. */
interface Loaded {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly compiled: CompiledModule;
}

/** An export of any kind, or of one. */
function find(loaded: Loaded | undefined, name: string, kind?: ExternKind) {
  const found = loaded?.compiled.module.exports.find((candidate) => candidate.name === name && (kind ?? candidate.kind) === candidate.kind);
  return found && { value: loaded!.exports[name], index: found.index, context: loaded!.compiled.context };
}

class V8Run {
  readonly #program: Program;
  readonly #prepared: Prepared;
  readonly #host = new JsHost();
  /** The latest instance of each module. */
  readonly #loaded: (Loaded | undefined)[] = [];
  readonly #kept = new Map<number, JsValue>();
  readonly #modules: readonly EncodedModule[];

  constructor(program: Program, bytes: readonly Uint8Array[] | undefined) {
    this.#program = program;
    this.#prepared = prepare(program);
    this.#modules = bytes?.map((one) => new EncodedModule(one)) ?? modulesForV8(program, this.#prepared);
  }

  run(): Observation {
    const outcomes: ObservedOutcome[] = [];
    const { stackTraceLimit } = Error;
    // Traps are told apart by their messages. A trace of each would take longer than many a call.
    Error.stackTraceLimit = 0;
    try {
      this.#takeAll(outcomes);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
    const effort = { instructions: 0, collections: 0, allocations: 0, safePoints: 0 };
    return { outcomes, hostTrace: this.#host.trace, heap: undefined, effort };
  }

  #takeAll(outcomes: ObservedOutcome[]): void {
    for (const step of this.#program.steps) {
      const outcome = this.#guard(step);
      outcomes.push(outcome);
      if (outcome.kind === 'exhausted' || outcome.kind === 'unsupported' || outcome.kind === 'faulted') return;
    }
  }

  #guard(step: Step): ObservedOutcome {
    let outcome: ObservedOutcome;
    try {
      outcome = this.#take(step);
    } catch (error) {
      outcome = this.#outcomeOf(error, step);
    }
    return this.#host.stopped ?? outcome;
  }
  #outcomeOf(error: unknown, step: Step): ObservedOutcome {
    if (error instanceof Unsupported) return { kind: 'unsupported', reason: error.reason };
    if (this.#host.isHostTrap(error)) return { kind: 'trapped', trap: 'hostError' };
    if (error instanceof WebAssembly.LinkError) return { kind: 'linkError' };
    // A namespace to import from is missing, or a value does not fit.
    if (error instanceof TypeError) return step.kind === 'instantiate' ? { kind: 'linkError' } : SKIPPED;
    try {
      return outcomeOfError(error);
    } catch (unknown) {
      return { kind: 'faulted', fault: observeFault(unknown, step.kind) };
    }
  }

  // --- Steps -------------------------------------------------------------------------------------------

  #take(step: Step): ObservedOutcome {
    switch (step.kind) {
      case 'instantiate':
        return this.#instantiate(step.module);
      case 'call':
        return this.#call(step);
      case 'drop': {
        const dropped = this.#loaded[step.module] !== undefined;
        this.#loaded[step.module] = undefined;
        return dropped ? DONE : SKIPPED;
      }
      case 'release':
        this.#kept.delete(step.slot);
        return DONE;
      case 'setGlobal':
        return this.#setGlobal(step);
      case 'setTable':
      case 'growTable':
        return this.#changeTable(step);
      case 'collect':
        return DONE;
      case 'renew':
        this.#loaded.length = 0;
        this.#kept.clear();
        return DONE;
    }
  }

  #instantiate(index: number): ObservedOutcome {
    const { modules } = this.#program;
    const encoded = this.#modules[index];
    if (encoded === undefined) return SKIPPED;
    const module = compile(encoded);
    if (!(module instanceof WebAssembly.Module)) return module;
    this.#loaded[index] = undefined;
    const compiled = this.#prepared.modules[index];
    // Other engines cannot go on with what our validator refuses, so there is nothing more to compare.
    if (compiled === undefined) return { kind: 'instantiated' };
    let loaded: Loaded | undefined;
    const importer = { call: (name: string) => this.#callBack(loaded, name), has: (name: string) => find(loaded, name) !== undefined };
    const imports: Record<string, Record<string, unknown>> = {};
    for (const { module: from, name } of modules[index]!.module.imports) {
      const value = from === HOST_MODULE ? this.#host.function(name, importer) : this.#exportOf(from, name);
      if (value !== undefined) (imports[from] ??= Object.create(null) as Record<string, unknown>)[name] = value;
    }
    this.#loaded[index] = loaded = { exports: new WebAssembly.Instance(module, imports).exports, compiled };
    return { kind: 'instantiated' };
  }
  /** What a module of that name offers to others. */
  #exportOf(name: string, field: string): unknown {
    const index = this.#loaded.findIndex((loaded, i) => loaded !== undefined && this.#program.modules[i]!.name === name);
    return this.#loaded[index]?.exports[field];
  }

  #call({ module, export: name, args, keep }: Extract<Step, { kind: 'call' }>): ObservedOutcome {
    const found = find(this.#loaded[module], name, 'func');
    if (found === undefined) return SKIPPED;
    const type = found.context.functionType(found.index);
    if (args.length !== type.params.length) return SKIPPED;
    requireNotBarred(barredSignature(type));
    const values = args.map((argument) => this.#value(argument));
    if (!values.every((value, i) => isSort(value, type.params[i]!, this.#prepared.registry))) return SKIPPED;
    const results = this.#invoke(found.value, type, values);
    if (keep !== undefined) this.#keep(keep, results[0]);
    return { kind: 'returned', values: results.map(observeJs) };
  }
  #invoke(fn: unknown, type: FuncType, args: readonly JsValue[]): readonly JsValue[] {
    return resultsOf((fn as (...args: readonly unknown[]) => unknown)(...args.map(({ js }) => js)), type);
  }
  #keep(slot: number, value: JsValue | undefined): void {
    if (value === undefined) this.#kept.delete(slot);
    else this.#kept.set(slot, value);
  }

  #setGlobal({ module, export: name, value }: Extract<Step, { kind: 'setGlobal' }>): ObservedOutcome {
    const found = find(this.#loaded[module], name, 'global');
    if (found === undefined) return SKIPPED;
    const { type, mutable } = found.context.globals[found.index]!;
    if (!mutable) return SKIPPED;
    (found.value as WebAssembly.Global).value = this.#valueOf(value, type);
    return DONE;
  }

  #changeTable(step: Extract<Step, { kind: 'setTable' | 'growTable' }>): ObservedOutcome {
    const found = find(this.#loaded[step.module], step.export, 'table');
    if (found === undefined) return SKIPPED;
    const table = found.value as WebAssembly.Table;
    const value = this.#valueOf(step.value, found.context.tables[found.index]!.element);
    if (step.kind === 'growTable') return { kind: 'returned', values: [{ kind: 'i32', value: grow(table, step.by, value) }] };
    if (step.index >= table.length) return SKIPPED;
    table.set(step.index, value);
    return DONE;
  }

  // --- Calls back and values ---------------------------------------------------------------------------

  /** Calls an export without arguments. @returns false when it cannot be called so */
  #callBack(loaded: Loaded | undefined, name: string): boolean {
    const found = find(loaded, name, 'func');
    if (found === undefined) return false;
    const type = found.context.functionType(found.index);
    if (type.params.length > 0) return false;
    const barred = barredSignature(type);
    if (barred !== undefined) throw this.#host.stop({ kind: 'unsupported', reason: barred });
    (found.value as () => unknown)();
    return true;
  }

  #valueOf(argument: Argument, type: ValType): unknown {
    requireNotBarred(barredType(type));
    const value = this.#value(argument);
    if (!isSort(value, type, this.#prepared.registry)) throw new TypeError('a value of another sort is expected');
    return value.js;
  }
  #value(argument: Argument): JsValue {
    switch (argument.kind) {
      case 'i32':
      case 'i64':
        return { kind: argument.kind, js: argument.value };
      case 'f32':
        return { kind: 'f32', js: requireBits(numberFromF32(argument.bits), argument.bits === 0x7fc0_0000) };
      case 'f64':
        return { kind: 'f64', js: requireBits(numberFromF64(argument.bits), argument.bits === 0x7ff8_0000_0000_0000n) };
      case 'null':
        return JS_NULL;
      case 'i31':
        return { kind: 'ref', js: argument.value };
      case 'host':
        return { kind: 'ref', js: this.#host.object(argument.number) };
      case 'kept':
        return this.#kept.get(argument.slot) ?? JS_NULL;
    }
  }
}

/** A number of JavaScript that is NaN has lost its bits. */
function requireBits(number: number, canonical: boolean): number {
  if (Number.isNaN(number) && !canonical) throw new Unsupported('NaN bits cannot cross to JavaScript');
  return number;
}

function compile(encoded: EncodedModule): WebAssembly.Module | ObservedOutcome {
  try {
    return encoded.compiled();
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError)) throw error;
    const limit = limitOfCompileError(error.message);
    return limit === undefined ? { kind: 'invalid' } : { kind: 'unsupported', reason: limit };
  }
}

function grow(table: WebAssembly.Table, by: number, value: unknown): number {
  try {
    return table.grow(by, value);
  } catch (error) {
    if (error instanceof RangeError) return -1;
    throw error;
  }
}
