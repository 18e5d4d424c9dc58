/** Runs modules written as text, the way tests want it: one line from text to outcome. */
import type { Importer } from '#fuzz/engines/host-env.ts';
import { HostEnv } from '#fuzz/engines/host-env.ts';
import { HOST_MODULE } from '#fuzz/program/host-types.ts';
import type { CompiledModule } from '#runtime/compile/compiled.ts';
import { compileModule } from '#runtime/compile/compile.ts';
import type { Extern, Instance } from '#runtime/instance.ts';
import type { Instantiation } from '#runtime/instantiate.ts';
import { instantiate } from '#runtime/instantiate.ts';
import { invoke } from '#runtime/invoke.ts';
import type { StoreOptions } from '#runtime/options.ts';
import { DEFAULT_OPTIONS } from '#runtime/options.ts';
import type { Outcome } from '#runtime/outcome.ts';
import type { CollectorName, Parts } from '#runtime/parts.ts';
import { PARTS } from '#runtime/parts.ts';
import { Store } from '#runtime/store.ts';
import type { Value } from '#runtime/value.ts';
import { parse } from '#wasm/text/parse.ts';
import { TypeRegistry } from '#wasm/valid/type-registry.ts';

/** Options that differ from the defaults, group by group. */
export type OptionChanges = {
  readonly [Group in Exclude<keyof StoreOptions, 'audit' | 'unaudited'>]?: Partial<StoreOptions[Group]>;
} & Partial<Pick<StoreOptions, 'audit'>>;

export function optionsWith(changes: OptionChanges): StoreOptions {
  return {
    heap: { ...DEFAULT_OPTIONS.heap, ...changes.heap },
    limits: { ...DEFAULT_OPTIONS.limits, ...changes.limits },
    collection: { ...DEFAULT_OPTIONS.collection, ...changes.collection },
    audit: changes.audit ?? DEFAULT_OPTIONS.audit,
  };
}

/** Everything that can find a fault, finds it: checked heap, a collection and an audit at every safe point. */
export const SUSPICIOUS: OptionChanges = {
  heap: { poison: true, integrity: true },
  collection: { zeal: 1 },
  audit: 'safePoints',
};

/** A store with the host functions of `env`, and the modules that were loaded into it. */
export class Run {
  readonly registry = new TypeRegistry();
  readonly store: Store;
  readonly env: HostEnv;
  readonly #modules = new Map<string, ReadonlyMap<string, Extern>>();

  constructor(collector: CollectorName | Parts, changes: OptionChanges = {}) {
    const parts = typeof collector === 'string' ? PARTS[collector] : collector;
    this.store = new Store(this.registry, parts, optionsWith(changes));
    this.env = new HostEnv(this.store);
  }

  /** Offers more to import. */
  offer(module: string, exports: ReadonlyMap<string, Extern>): void {
    this.#modules.set(module, exports);
  }
  compile(text: string): CompiledModule {
    return compileModule(parse(text), this.registry);
  }
  /** @throws LinkError */
  instantiate(text: string): Instantiation {
    const importer: Importer = { instance: undefined };
    const env = this.env.importsFor(importer);
    const result = instantiate(this.store, this.compile(text), (module, name) =>
      module === HOST_MODULE ? env(module, name) : this.#modules.get(module)?.get(name),
    );
    if (result.kind === 'instantiated') importer.instance = result.instance;
    return result;
  }
  /** Instantiates what must be instantiable. */
  load(text: string): Instance {
    const result = this.instantiate(text);
    if (result.kind !== 'instantiated') throw new Error(`the module must instantiate: ${describe(result)}`);
    return result.instance;
  }
  call(instance: Instance, name: string, ...args: readonly Value[]): Outcome {
    const fn = instance.exports.get(name);
    if (fn?.kind !== 'func') throw new Error(`there is no exported function ${name}`);
    return invoke(this.store, fn, args);
  }
}

export function describe(outcome: Outcome | Instantiation): string {
  switch (outcome.kind) {
    case 'returned':
      return outcome.values.map((value) => ('value' in value ? String(value.value) : value.kind)).join(', ');
    case 'trapped':
      return `trap ${outcome.trap}`;
    case 'exhausted':
      return `exhausted ${outcome.resource}`;
    case 'faulted':
      return `fault: ${outcome.fault.message}`;
    default:
      return outcome.kind;
  }
}

export const int = (value: number): Value => ({ kind: 'i32', value });
