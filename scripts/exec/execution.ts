/** One module in one store: instantiates it, calls one export, and says in plain data how that ended. */
import type { Module } from '#wasm/syntax/module.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';
import { HostEnv } from '#fuzz/engines/host-env.ts';
import { describeValue, observeValue } from '#fuzz/engines/observe.ts';
import { describeAuditFailure } from '#runtime/audit/failure.ts';
import { checkLeaks, describeLeaks } from '#runtime/audit/leak-check.ts';
import { compileModule } from '#runtime/compile/compile.ts';
import type { FunctionInstance } from '#runtime/function.ts';
import type { Instance } from '#runtime/instance.ts';
import type { Instantiation } from '#runtime/instantiate.ts';
import { instantiate } from '#runtime/instantiate.ts';
import { invoke } from '#runtime/invoke.ts';
import type { LayoutsClass } from '#runtime/heap/layout.ts';
import type { StoreOptions } from '#runtime/options.ts';
import type { Outcome } from '#runtime/outcome.ts';
import { Fault } from '#runtime/outcome.ts';
import type { Parts } from '#runtime/parts.ts';
import { describeSite } from '#runtime/site.ts';
import type { Follower } from '#runtime/store.ts';
import { Store } from '#runtime/store.ts';
import { UsageError } from '../cli/errors.ts';
import { readArguments } from './arguments.ts';

export interface Call {
  readonly name: string;
  readonly args: readonly string[];
}

export interface Ending {
  readonly outcome: 'instantiated' | Outcome['kind'];
  /** What was done: `run(i32:1)`, or `instantiation`. */
  readonly action: string;
  /** One per result, such as `i32:5`. */
  readonly results: readonly string[];
  /** Code of the trap, resource that ran out, or invariant. */
  readonly code?: string;
  /** The sentence of a fault; what the host said about a trap. */
  readonly message?: string;
  /** `instruction 4 (array.copy) of function 0`. */
  readonly at?: string;
}

export class Execution {
  readonly store: Store;
  readonly #module: Module;
  readonly #registry = new TypeRegistry();
  readonly #layouts: LayoutsClass;
  readonly #env: HostEnv;

  /** @param follow makes someone who follows the execution */
  constructor(module: Module, parts: Parts, options: StoreOptions, follow?: (store: Store) => Follower) {
    this.#module = module;
    this.#layouts = parts.Layouts;
    this.store = new Store(this.#registry, parts, options);
    this.#env = new HostEnv(this.store);
    if (follow !== undefined) this.store.follow(follow(this.store));
  }

  /**
   * @param call undefined to instantiate only
   * @throws ValidationError, LinkError; UsageError when there is no such export or its arguments do not fit
   */
  run(call: Call | undefined): Ending {
    const compiled = compileModule(this.#module, this.#registry, this.#layouts);
    const importer = { instance: undefined as Instance | undefined };
    this.store.hostOperation = 'instantiation';
    const result = instantiate(this.store, compiled, this.#env.importsFor(importer));
    if (result.kind !== 'instantiated') return this.#ending('instantiation', result);
    importer.instance = result.instance;
    if (call === undefined) return this.#ending('instantiation', result);
    const fn = functionNamed(result.instance, call.name);
    const args = readArguments(call.args, this.store.boundary.typeOf(fn), (number) => this.#env.object(number));
    const action = `${call.name}(${args.map((value) => describeValue(observeValue(this.store, value))).join(', ')})`;
    this.store.hostOperation = 'call';
    return this.#ending(action, invoke(this.store, fn, args));
  }

  /**
   * Takes the store down and looks at what is left; garbage cycles are no leaks. To be called last.
   * @returns a sentence for each thing wrong
   */
  leaks(): { readonly sentences: readonly string[]; readonly cycleObjects: number } {
    const { store } = this;
    store.hostOperation = 'exit';
    try {
      store.roots.closeScope(0);
      this.#env.releaseObjects();
      const report = checkLeaks(store.heap, store, () => store.collect());
      const counts = report.auditFailure === undefined ? [] : describeAuditFailure(report.auditFailure);
      return { sentences: [...counts, ...describeLeaks(report)], cycleObjects: report.cycles.objects };
    } catch (error) {
      if (error instanceof Fault) return { sentences: [error.message], cycleObjects: 0 };
      throw error;
    }
  }

  #ending(action: string, result: Outcome | Instantiation): Ending {
    const at = this.store.lastEnd === undefined ? {} : { at: describeSite(this.store.lastEnd.site) };
    const without = { action, outcome: result.kind, results: [] };
    switch (result.kind) {
      case 'instantiated':
        return without;
      case 'returned':
        return { ...without, results: result.values.map((value) => describeValue(observeValue(this.store, value))) };
      case 'threw':
        return { ...without, ...at };
      case 'trapped':
        return { ...without, code: result.trap, ...message(result.detail), ...at };
      case 'exhausted':
        return { ...without, code: result.resource, ...message(result.detail), ...at };
      case 'faulted':
        return { ...without, code: result.fault.invariant, message: result.fault.message, ...at };
    }
  }
}

function message(text: string | undefined): { readonly message?: string } {
  return text === undefined ? {} : { message: text };
}

function functionNamed({ exports }: Instance, name: string): FunctionInstance {
  const extern = exports.get(name);
  if (extern?.kind === 'func') return extern;
  const names = [...exports].filter(([, { kind }]) => kind === 'func').map(([known]) => JSON.stringify(known));
  throw new UsageError(`the module exports no function ${JSON.stringify(name)}; it exports ${names.join(', ') || 'none'}`);
}
