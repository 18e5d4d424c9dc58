/**
 * Runs one script on one store: a verdict per command.
 *
 * A command is excluded when it needs what the runtime does not support, or a module that does. It fails when
 * the runtime did anything else than the script says; whatever depends on a module that failed to load fails
 * as well. The store lives as long as the script, and what a command hands to or gets from it as long as the
 * command.
 */
import { compileModule } from '#runtime/compile/compile.ts';
import type { CompiledModule } from '#runtime/compile/compiled.ts';
import type { Extern } from '#runtime/instance.ts';
import { instantiate, type Instantiation } from '#runtime/instantiate.ts';
import { invoke, outcomeOf } from '#runtime/invoke.ts';
import { LinkError } from '#runtime/link.ts';
import type { StoreOptions } from '#runtime/options.ts';
import type { Outcome } from '#runtime/outcome.ts';
import { PARTS, type CollectorName } from '#runtime/parts.ts';
import { readGlobal } from '#runtime/host-globals.ts';
import { Store } from '#runtime/store.ts';
import { DecodeError, LimitError, UnsupportedError, ValidationError } from '#wasm/errors.ts';
import type { Module } from '#wasm/syntax/module.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import { Bindings, Excluded, Failure, valueOf, type Binding } from './binding.ts';
import { argumentValue, observerOf } from './host-values.ts';
import { describeExpected, type Expected } from './literal.ts';
import { allMatch, describeValue, type ObserveObject } from './match.ts';
import type { ModuleFiles } from './module-files.ts';
import type { Action, Command, ModuleFile, Script } from './script.ts';
import { createSpectest } from './spectest.ts';
import { isTrap } from './trap-text.ts';

/** What a run of the suite is made with. */
export interface Setting {
  /** For reports: `drc, zeal 1, audit`. */
  readonly name: string;
  readonly collector: CollectorName;
  readonly options: StoreOptions;
}

/** `observed` holds nothing that may differ between runs, so runs that agree give equal results. */
export type CommandResult =
  | { readonly verdict: 'passed'; readonly observed: string }
  | { readonly verdict: 'failed'; readonly expected: string; readonly observed: string }
  | { readonly verdict: 'excluded'; readonly reason: string }
  /** About the text format only, of which a decoder of binaries can say nothing. */
  | { readonly verdict: 'textOnly' };

export interface RunResult {
  /** One per command, in order. */
  readonly results: readonly CommandResult[];
  /** How often the heap was collected: shows that a setting did what it says. */
  readonly collections: number;
}

export function runScript(script: Script, files: ModuleFiles, setting: Setting): RunResult {
  const runner = new ScriptRunner(files, setting);
  const results = script.commands.map((command) => runner.run(command));
  return { results, collections: runner.collections };
}

type Exports = ReadonlyMap<string, Extern>;

function describeOutcome(outcome: Outcome | Instantiation, observe: ObserveObject): string {
  switch (outcome.kind) {
    case 'returned':
      return outcome.values.map((value) => describeValue(value, observe)).join(', ') || 'nothing';
    case 'instantiated':
      return 'an instance';
    case 'trapped':
      return `trap ${outcome.trap}`;
    case 'threw':
      return 'an exception';
    case 'exhausted':
      return `exhausted ${outcome.resource}`;
    case 'faulted':
      return `fault: ${outcome.fault.message}`;
  }
}

/** Runs what must throw an error of the given class; its message is what was observed. */
function mustThrow(wanted: abstract new (...args: never[]) => Error, expected: string, run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof wanted) return error.message;
    if (error instanceof Error) throw new Failure(expected, String(error));
    throw error;
  }
  throw new Failure(expected, 'it was accepted');
}

class ScriptRunner {
  readonly #files: ModuleFiles;
  readonly #registry = new TypeRegistry();
  readonly #store: Store;
  readonly #observe: ObserveObject;
  readonly #definitions = new Bindings<CompiledModule>();
  readonly #instances = new Bindings<Exports>();
  /** What modules can import from, by module name. */
  readonly #importable = new Map<string, Binding<Exports>>();

  constructor(files: ModuleFiles, setting: Setting) {
    this.#files = files;
    this.#store = new Store(this.#registry, PARTS[setting.collector], setting.options);
    this.#observe = observerOf(this.#store);
    this.#importable.set('spectest', { value: createSpectest(this.#store) });
  }

  get collections(): number {
    return this.#store.heap.counters.collections;
  }

  run(command: Command): CommandResult {
    const isAboutText = command.type.startsWith('assert_') && 'file' in command && command.file.form === 'text';
    if (isAboutText) return { verdict: 'textOnly' };
    const scope = this.#store.roots.openScope();
    try {
      return { verdict: 'passed', observed: this.#execute(command) };
    } catch (end) {
      if (end instanceof Excluded) return { verdict: 'excluded', reason: end.reason };
      return { verdict: 'failed', ...this.#failure(end) };
    } finally {
      this.#store.roots.closeScope(scope);
    }
  }

  /** Whatever was thrown is this command's failure: a defect must not hide what comes after it. */
  #failure(end: unknown): Failure {
    if (end instanceof Failure) return end;
    if (end instanceof Error) return new Failure('no error', String(end));
    return new Failure('no error', describeOutcome(outcomeOf(end), this.#observe));
  }

  /** @returns what was observed, if that is what the script expects; throws Failure or Excluded otherwise */
  #execute(command: Command): string {
    switch (command.type) {
      case 'module':
        this.#instances.load(command.name, command.line, () => this.#exportsOf(this.#define(command)));
        return 'an instance';
      case 'module_definition':
        this.#define(command);
        return 'a module';
      case 'module_instance':
        this.#instances.load(command.instance, command.line, () =>
          this.#exportsOf(this.#definitions.value(command.module)),
        );
        return 'an instance';
      case 'register':
        this.#importable.set(command.as, this.#instances.get(command.name));
        return 'registered';
      case 'action':
        return this.#mustReturn(command.action, undefined);
      case 'assert_return':
        return this.#mustReturn(command.action, command.expected);
      case 'assert_trap':
        return this.#mustTrap(this.#act(command.action), command.text);
      case 'assert_exhaustion':
        return this.#mustBe('exhausted callStack', this.#act(command.action));
      case 'assert_exception':
        return this.#mustBe('an exception', this.#act(command.action));
      case 'assert_malformed':
        return mustThrow(DecodeError, `malformed: ${command.text}`, () => this.#decode(command.file));
      case 'assert_invalid':
        return mustThrow(ValidationError, `invalid: ${command.text}`, () => this.#compile(command.file));
      case 'assert_unlinkable': {
        const compiled = this.#compile(command.file);
        return mustThrow(LinkError, `unlinkable: ${command.text}`, () => this.#instantiate(compiled));
      }
      case 'assert_uninstantiable':
        return this.#mustTrap(this.#instantiate(this.#compile(command.file)), command.text);
      case 'unknown':
        throw new Excluded(`unknown command ${command.what}`);
    }
  }

  // --- Modules ---------------------------------------------------------------------------------------

  #decode(file: ModuleFile): Module {
    if (file.form === 'text') throw new Excluded('the module is there as text only');
    try {
      return this.#files.decode(file.filename);
    } catch (error) {
      if (error instanceof UnsupportedError) throw new Excluded(`${error.feature} at offset ${error.offset}`);
      if (error instanceof LimitError) throw new Excluded(`a limit: ${error.message}`);
      throw error;
    }
  }

  #compile(file: ModuleFile): CompiledModule {
    return compileModule(this.#decode(file), this.#registry);
  }

  #define({ name, line, file }: Extract<Command, { type: 'module' | 'module_definition' }>): CompiledModule {
    return this.#definitions.load(name, line, () => this.#compile(file));
  }

  /** Instantiates what must be instantiable. */
  #exportsOf(compiled: CompiledModule): Exports {
    const result = this.#instantiate(compiled);
    if (result.kind === 'instantiated') return result.instance.exports;
    throw new Failure('an instance', describeOutcome(result, this.#observe));
  }

  /** @throws LinkError; Excluded or Failure when it imports from a module that did not load */
  #instantiate(compiled: CompiledModule): Instantiation {
    return instantiate(this.#store, compiled, (module, name) => {
      const exports = this.#importable.get(module);
      return exports === undefined ? undefined : valueOf(exports).get(name);
    });
  }

  // --- Actions ---------------------------------------------------------------------------------------

  #act(action: Action): Outcome {
    const extern = this.#instances.value(action.module).get(action.field);
    if (action.type === 'get') {
      if (extern?.kind !== 'global') throw new Failure(`an exported global '${action.field}'`, 'there is none');
      return { kind: 'returned', values: [readGlobal(this.#store, extern)] };
    }
    if (extern?.kind !== 'func') throw new Failure(`an exported function '${action.field}'`, 'there is none');
    const args = action.args.map((argument) => argumentValue(this.#store, argument));
    return invoke(this.#store, extern, args);
  }

  /** @param expected any results will do when undefined */
  #mustReturn(action: Action, expected: readonly Expected[] | undefined): string {
    const outcome = this.#act(action);
    const observed = describeOutcome(outcome, this.#observe);
    const agrees =
      outcome.kind === 'returned' && (expected === undefined || allMatch(outcome.values, expected, this.#observe));
    if (agrees) return observed;
    const wanted = expected === undefined ? 'that it returns' : expected.map(describeExpected).join(', ') || 'nothing';
    throw new Failure(wanted, observed);
  }

  #mustTrap(outcome: Outcome | Instantiation, text: string): string {
    const observed = describeOutcome(outcome, this.#observe);
    if (outcome.kind === 'trapped' && isTrap(outcome.trap, text)) return observed;
    throw new Failure(`trap: ${text}`, observed);
  }

  #mustBe(wanted: string, outcome: Outcome): string {
    const observed = describeOutcome(outcome, this.#observe);
    if (observed === wanted) return observed;
    throw new Failure(wanted, observed);
  }
}
